// How the hardware judges views of an entry during an update: what the properties of updates are written with.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Update;

namespace Verify.Properties.Smmu;

/// <summary>Judges views of the entries of one update scope. Answers that depend on an update alone are kept.</summary>
public abstract class EntryJudge
{
    private readonly Dictionary<(Platform, Entry<Number>), string?> incomplete = [];
    private readonly Dictionary<(Platform, Entry<Number>), ulong> relevant = [];
    private readonly (bool Known, IReadOnlyList<int>? Order)[] hitless;
    private readonly Lock gate = new();
    private readonly Entry<Number> universe;

    /// <summary>Prepares to judge the updates of <paramref name="scope"/>.</summary>
    protected EntryJudge(UpdateScope scope, Layout layout)
    {
        Scope = scope;
        Layout = layout;
        hitless = new (bool, IReadOnlyList<int>?)[scope.Updates.Length];
        Breaks = [.. scope.Updates.Select(DeclaresBreak)];
        foreach (var update in scope.Updates)
        {
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                universe[word] |= update.From[word] | update.To[word];
            }
        }

        MaskedParts = [.. layout.Parts.Where(part => scope.Updates.Any(update => (Used(update.From)[part.Word].Value & part.Mask) != 0))];
    }

    /// <summary>The updates.</summary>
    public UpdateScope Scope { get; }

    /// <summary>The layout of the entries.</summary>
    public Layout Layout { get; }

    /// <summary>Per update: the writer stores an image with V=0 on the way, although V is 1 at both ends.</summary>
    public IReadOnlyList<bool> Breaks { get; }

    /// <summary>64-bit words whose stores and fetches are both indivisible: what an order of single stores is made of.</summary>
    public int Quantum => Math.Min(Scope.Writer.StoreWords, Scope.FetchWords);

    /// <summary>The parts of the entry of which some bit is in the driver's mask for some entry of the scope.</summary>
    public IReadOnlyList<Field> MaskedParts { get; }

    /// <summary>Whether <paramref name="view"/> behaves, for every access that can be made meanwhile, as one end of the update.</summary>
    public abstract bool BehavesAs(int update, in Entry<Number> view, bool target);

    /// <summary>Whether two images behave alike for every kind of access at any time.</summary>
    public abstract bool Alike(Platform platform, in Entry<Number> left, in Entry<Number> right);

    /// <summary>Whether <paramref name="view"/> is taken for invalid (V=0 or ILLEGAL).</summary>
    public abstract bool IsInvalid(Platform platform, in Entry<Number> view);

    /// <summary>The architecture's rules that <paramref name="entry"/> breaks, in words.</summary>
    public abstract IEnumerable<string> BrokenRules(Platform platform, Entry<Number> entry);

    /// <summary>A field that <paramref name="entry"/> sets although the SMMU says it is RES0, in words; null if there is none.</summary>
    public abstract string? Res0Field(Platform platform, in Entry<Number> entry);

    /// <summary>Where <paramref name="view"/> behaves neither as before nor as wanted: the access, what it gets, and what it should get.</summary>
    public abstract string Difference(int update, Entry<Number> view);

    /// <summary>The bits of <paramref name="entry"/> that the driver believes are used.</summary>
    public Entry<Number> Used(in Entry<Number> entry) => Scope.Rules.Used<Number, Truth>(in entry).Bits;

    /// <summary>Whether <paramref name="view"/> is old, new, or (in a declared break) has V=0.</summary>
    public bool IsSound(int update, in Entry<Number> view) =>
        BehavesAs(update, in view, target: false) || BehavesAs(update, in view, target: true)
        || (Breaks[update] && Scope.Rules.V.Of(in view) == 0);

    /// <summary>Whether <paramref name="view"/> is invalid although neither end is.</summary>
    public bool IsBroken(int update, in Entry<Number> view)
    {
        var u = Scope.Updates[update];
        return IsInvalid(u.Platform, in view) && !IsInvalid(u.Platform, u.From) && !IsInvalid(u.Platform, u.To);
    }

    /// <summary>An order of stores that makes the update without a break; null if none was found.</summary>
    public IReadOnlyList<int>? HitlessStores(int update)
    {
        lock (gate)
        {
            ref var answer = ref hitless[update];
            if (!answer.Known)
            {
                var u = Scope.Updates[update];
                answer = (true, HitlessOrder.Find(Layout, u.From, u.To, Quantum,
                    (in Entry<Number> image, bool target) => BehavesAs(update, in image, target)));
            }

            return answer.Order;
        }
    }

    /// <summary>
    /// A bit that the driver's mask for the update's first image leaves out although some access depends on it, in words; null if there is
    /// none among the bits that builders of this version set.
    /// </summary>
    public string? IncompleteMask(int update)
    {
        var u = Scope.Updates[update];
        var used = Used(u.From);
        var mixed = u.From;
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            mixed[word] = (u.From[word] & used[word]) | (u.To[word] & ~used[word]);
        }

        if (!Alike(u.Platform, u.From, in mixed))
        {
            return $"with the bits outside its mask as in the other image it behaves otherwise: {OutsideMask(u.From, used)}";
        }

        lock (gate)
        {
            if (!incomplete.TryGetValue((u.Platform, u.From), out var found))
            {
                found = FirstBit(used, outside: true, bit => !Alike(u.Platform, u.From, Flipped(u.From, bit)))
                    is { } missing ? $"{Name(missing)} is outside the mask, but behaviour depends on it" : null;
                incomplete.Add((u.Platform, u.From), found);
            }

            return found;
        }
    }

    /// <summary>Bit i is set if some bit of part i of <see cref="MaskedParts"/> is in the mask for the update's first image and matters there.</summary>
    public ulong RelevantParts(int update)
    {
        var u = Scope.Updates[update];
        lock (gate)
        {
            if (!relevant.TryGetValue((u.Platform, u.From), out var parts))
            {
                var used = Used(u.From);
                for (var i = 0; i < MaskedParts.Count; i++)
                {
                    var part = MaskedParts[i];
                    var only = default(Entry<Number>);
                    only[part.Word] = new Number(used[part.Word].Value & part.Mask);
                    var matters = FirstBit(only, outside: false, bit => !Alike(u.Platform, u.From, Flipped(u.From, bit)));
                    parts |= matters is null ? 0 : 1UL << i;
                }

                relevant.Add((u.Platform, u.From), parts);
            }

            return parts;
        }
    }

    private (int Word, int Bit)? FirstBit(in Entry<Number> mask, bool outside, Func<(int Word, int Bit), bool> matters)
    {
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            var bits = outside ? universe[word].Value & ~mask[word].Value : mask[word].Value;
            for (var bit = 0; bit < 64; bit++)
            {
                if ((bits >> bit & 1) != 0 && matters((word, bit)))
                {
                    return (word, bit);
                }
            }
        }

        return null;
    }

    private static Entry<Number> Flipped(in Entry<Number> entry, (int Word, int Bit) bit) =>
        entry.With(bit.Word, entry[bit.Word] ^ new Number(1UL << bit.Bit));

    private string OutsideMask(Entry<Number> from, Entry<Number> used)
    {
        var parts = Layout.Parts.Where(part => (universe[part.Word].Value & ~used[part.Word].Value & part.Mask) != 0);
        return $"outside the mask for {Layout.Name}.w0=0x{from[0].Value:x} are {string.Join(", ", parts.Select(part => part.Name))}";
    }

    private string Name((int Word, int Bit) bit)
    {
        var part = Layout.Parts.First(part => part.Word == bit.Word && (part.Mask >> bit.Bit & 1) != 0);
        return part.Width == 1 ? $"{Layout.Name}.{part.Name}" : $"{Layout.Name}.{part.Name}[{bit.Bit - part.Low}]";
    }

    private bool DeclaresBreak(EntryUpdate update)
    {
        var v = Scope.Rules.V;
        var breaks = false;
        for (var batch = 0; batch < update.Plan.Count; batch++)
        {
            breaks |= v.Of(update.Plan.After(batch)) == 0;
        }

        return breaks && v.Of(update.From) == 1 && v.Of(update.To) == 1;
    }
}
