// Random updates: pairs of entries of any 512 bits, and adversarial ones. An update is what the driver's contract allows: both images hold only
// bits that the driver's own used-bits function reports for them (at rest, ignored bits are 0; builders set no others).

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;

namespace Verify.Tests.Smmu;

/// <summary>An update of an entry on an SMMU, not yet masked.</summary>
internal sealed record RandomUpdate(SmmuFeatures Smmu, bool StallDisabled, Entry<Number> From, Entry<Number> To)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Oracle.Say(From)} -> {Oracle.Say(To)} (S1STALLD={StallDisabled}, {Smmu})";

    /// <summary>The update within the driver's contract under <paramref name="rules"/>.</summary>
    public RandomUpdate Within(EntryRules rules) => this with
    {
        From = rules.Used<Number, Truth>(From).Keep(From),
        To = rules.Used<Number, Truth>(To).Keep(To),
    };
}

/// <summary>Generators of updates.</summary>
internal static class Updates
{
    /// <summary>A current SMMU whose tables may lie anywhere, so that random entries are often legal.</summary>
    private static readonly SmmuFeatures Lenient = new()
    {
        SsidSize = 31,
        OutputBits = 52,
        AArch32Tables = true,
        JudgeTableGeometry = false,
    };

    private static readonly SmmuFeatures[] Smmus =
    [
        Lenient,
        Lenient with { Hyp = true },
        Lenient with { Dpt = true, Hyp = true },
        // No mask has S2S under stage 1, where SMMUv3.0 may look at it.
        Lenient with { EatsCheckSeesS2S = true },
        Lenient with { Stall = StallModel.Forced, AttrTypesOverride = false },
        Lenient with { Stall = StallModel.TerminateOnly, AbortOnly = true },
        Lenient with { Ats = false, Vmid16 = false, Asid16 = false },
        Lenient with { Stage2 = false, TwoLevelCd = false },
        Lenient with { AtsChecked = false, NoSplitAts = true, BigEndianTables = false },
        new(),
        new() { SsidSize = 8, HardwareDirty = false },
    ];

    private static readonly Gen<ulong> AnyWord = from high in Gen.Choose(int.MinValue, int.MaxValue)
                                                 from low in Gen.Choose(int.MinValue, int.MaxValue)
                                                 select (ulong)(uint)high << 32 | (uint)low;

    /// <summary>Updates of entries.</summary>
    /// <param name="layout">Their layout; its first field is V.</param>
    /// <param name="built">Entries that builders make.</param>
    /// <param name="shape">A used-bits function, to make pairs with at most one critical word.</param>
    public static Arbitrary<RandomUpdate> Of(Layout layout, IReadOnlyList<Entry<Number>> built, EntryRules shape)
    {
        var entry = Entries(layout, built);
        var related = from a in entry
                      from b in Changed(layout, a)
                      from swap in Gen.Elements(false, true)
                      select swap ? (b, a) : (a, b);
        // Independent entries mostly need a break; a pair that can do without is made from them.
        var independent = from a in entry from b in entry select (a, b);
        var hitless = from ends in independent
                      from critical in Gen.Elements(0, 0, 0, 1, 2, 3)
                      select (ends.a, OneCriticalWord(shape, ends.a, ends.b, critical));
        var pair = Gen.OneOf(independent, related, hitless, hitless);
        var update = from smmu in Gen.Elements(Smmus)
                     from stallDisabled in Gen.Elements(false, true)
                     from ends in pair
                     select new RandomUpdate(smmu, stallDisabled, ends.Item1, ends.Item2);
        return Arb.From(update, u => Smaller(layout, u));
    }

    private static Gen<Entry<Number>> Entries(Layout layout, IReadOnlyList<Entry<Number>> built)
    {
        var random = Gen.ArrayOf(AnyWord, Entry<Number>.Words).Select(words => Entry.Of(words));
        var valid = random.Select(e => e.With(0, e[0] | new Number(layout.Fields[0].Mask)));
        var sparse = from count in Gen.Choose(0, 6)
                     from places in Gen.ArrayOf(Gen.Choose(0, 511), count)
                     select places.Aggregate(default(Entry<Number>), Flipped);
        var flipped = from e in Gen.Elements(built.ToArray())
                      from count in Gen.Choose(0, 3)
                      from places in Gen.ArrayOf(Gen.Choose(0, 255), count)
                      select places.Aggregate(e, Flipped);
        return Gen.OneOf(random, valid, valid, sparse, ByFields(layout), ByFields(layout), flipped, flipped, Gen.Elements(built.ToArray()));
    }

    // The target with the bits that the first image uses left alone, except in one word.
    private static Entry<Number> OneCriticalWord(EntryRules rules, Entry<Number> from, Entry<Number> to, int critical)
    {
        var used = rules.Used<Number, Truth>(in from).Bits;
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            to[word] = word == critical ? to[word] : (from[word] & used[word]) | (to[word] & ~used[word]);
        }

        return to;
    }

    // V=1 and every other field 0, 1, its largest value or anything.
    private static Gen<Entry<Number>> ByFields(Layout layout) =>
        layout.Fields.Skip(1).Aggregate(
            Gen.Constant(Set(default, layout.Fields[0], 1)),
            (entries, field) => from e in entries from value in ValueOf(field) select Set(e, field, value));

    // One to three fields of an entry set anew; sometimes V alone, or bits of any kind.
    private static Gen<Entry<Number>> Changed(Layout layout, Entry<Number> entry)
    {
        var one = from field in Gen.Elements(layout.Fields.ToArray()) from value in ValueOf(field) select (Field: field, Value: value);
        var fields = from count in Gen.Choose(1, 3)
                     from changes in Gen.ArrayOf(one, count)
                     select changes.Aggregate(entry, (e, change) => Set(e, change.Field, change.Value));
        return Gen.OneOf(
            fields, fields, fields,
            Gen.Constant(Set(entry, layout.Fields[0], 0)),
            Gen.Choose(0, 511).Select(place => Flipped(entry, place)));
    }

    private static Gen<ulong> ValueOf(Field field) =>
        Gen.OneOf(Gen.Constant(0UL), Gen.Constant(1UL), Gen.Constant(field.Max), AnyWord.Select(word => word & field.Max));

    private static IEnumerable<RandomUpdate> Smaller(Layout layout, RandomUpdate update)
    {
        foreach (var part in layout.Parts)
        {
            var mask = new Number(~part.Mask);
            var (from, to) = (update.From, update.To);
            if ((((from[part.Word] | to[part.Word]).Value) & part.Mask) != 0)
            {
                yield return update with
                {
                    From = from.With(part.Word, from[part.Word] & mask),
                    To = to.With(part.Word, to[part.Word] & mask),
                };
                if (((from[part.Word] ^ to[part.Word]).Value & part.Mask) != 0)
                {
                    yield return update with { To = to.With(part.Word, (to[part.Word] & mask) | (from[part.Word] & ~mask)) };
                }
            }
        }
    }

    private static Entry<Number> Set(Entry<Number> entry, Field field, ulong value)
    {
        field.Set(ref entry, value);
        return entry;
    }

    private static Entry<Number> Flipped(Entry<Number> entry, int place) =>
        entry.With(place / 64, entry[place / 64] ^ new Number(1UL << (place % 64)));
}
