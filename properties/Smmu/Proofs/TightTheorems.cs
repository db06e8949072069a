// The theorem that no field of the driver's mask costs a break that nothing needs: one part per field, and all that fail are wanted.

using System.Collections.Concurrent;
using Verify.Bits;
using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The tightness of one variant's mask on one profile.</summary>
/// <param name="about">The case.</param>
/// <param name="open">Opens the variant at a scope: where a refuted theorem's values are tried on the concrete model.</param>
internal sealed class TightTheorems(EntryCase about, Func<string, ISubject> open)
{
    private static readonly ConcurrentDictionary<EntryRules, IReadOnlyList<Entry<Number>>> UsedBits = [];

    private readonly Dictionary<string, Field> fieldOfPart = [];

    // A server SMMU with and without the EL2 stream worlds, and for CDs one with stalls: proofs are not cheap, and what else differs between
    // profiles mostly makes fields RES0.
    private bool Applies => about.Platform.Name is "ats" or "e2h" or "stall" && AreAbout(about.Writer, about.Rules, about.Bits);

    private Claim ShownBy => about.Platform.Smmu.Hyp ? EntryClaims.HitlessWhenPossibleE2h : EntryClaims.HitlessWhenPossible;

    /// <summary>
    /// Whether it is asked if a break is needless: of writers that break for nothing but a second critical word, and of masks that miss no field
    /// altogether that builders set.
    /// </summary>
    public static bool AreAbout(EntryWriter writer, EntryRules rules, FieldSet bits) =>
        (writer is Writer69 or Writer70 || writer.GetType() == typeof(Writer610))
        && (rules is not SteRules || Ste.Layout.Fields.All(field => (bits[field.Word] & field.Mask) != field.Mask || IsUsed(rules, field)));

    /// <summary>The theorem, if it is about this writer and mask.</summary>
    public IEnumerable<Theorem> All()
    {
        if (Applies)
        {
            // On the SMMU with EL2 worlds only the fields are asked for that the worlds decide about.
            var fields = about.Platform.Smmu.Hyp ? [Ste.Strw, Ste.S2Vmid] : about.Hardware.Layout.Parts;
            yield return new Theorem(TheoremClaims.UsedBitsTight, about.Scope, [.. fields.Where(IsAsked).Select(Tight)])
            {
                WantsAllFailures = true,
                Pairs = AnyEntry.Pairs("from", "to"),
                Confirm = Confirm,
                Explain = (part, values) =>
                    [$"{fieldOfPart[part.Name].Name}: from {Say(values, "from")}", $"to {Say(values, "to")}"],
            };
        }
    }

    // Entries can only differ in bits that they may have.
    private bool IsAsked(Field field) => IsUsed(about.Rules, field) && (about.Bits[field.Word] & field.Mask) != 0;

    private Part Tight(Field field)
    {
        var believed = $"{about.Rules}{(about.Writer.MovesSafeBits && about.Rules.HasSafeBits ? ", safe bits moved" : "")}";
        var part = new Part(
            $"{PartName("tight", field)}.{EntryClauses.Digest($"{believed}{EntryClauses.Say(about.Bits)}")}",
            [
                $"for all legal entries 'from' and 'to' within their masks that use {field.Name} and differ in it: 'from' behaves otherwise, or has",
                $"another mask, with the {field.Name} of 'to', or the update does not break, or it breaks with {field.Name} safe as well.",
                $"the driver believes: {believed}", $"bits that its builders set, w0 first: {EntryClauses.Say(about.Bits)}", $"SMMU: {about.Hardware}",
            ],
            () => State(field))
        {
            Premises = [[Matters(field)]],
        };
        fieldOfPart[part.Name] = field;
        return part;
    }

    // Most fields matter wherever they are used, by every mask. That does not depend on the writer, nor on what else is used.
    private Part Matters(Field field) => new(
        $"{PartName("matters", field)}.{EntryClauses.Digest($"{about.Rules.WithoutSafeBits()}")}",
        [
            $"for all legal entries 'from' that use {field.Name}, and all 'to': 'from' behaves otherwise with the {field.Name} of 'to', where that differs.",
            $"SMMU: {about.Hardware}",
        ],
        () =>
        {
            var (from, to) = (TermWord.Entry("from"), TermWord.Entry("to"));
            var moved = Moved(field, in from, in to);
            var behaves = AnyUpdate.Alike(
                about.Hardware, about.Hardware.Of<TermWord, TermBit>(in from), about.Hardware.Of<TermWord, TermBit>(in moved), in from, in to);
            return new Statement(AnyEntry.Legal(about.Hardware, in from) & Differ(field, in from, in to) & Uses(field, in from),
                new Alternative("the field matters", !behaves));
        });

    private Statement State(Field field)
    {
        // All these writers break alike, so that versions with the same masks share the question.
        var update = new AnyUpdate(about with { Writer = about.Writer.MovesSafeBits ? new Writer70() : new Writer610() });
        var (from, to) = (update.From, update.To);
        var eased = new AnyUpdate(Eased(field), from, to);
        var moved = Moved(field, in from, in to);
        return new Statement(
            update.LegalEnds & about.WithinMask(in from) & about.WithinMask(in to) & Differ(field, in from, in to) & Uses(field, in from) & Uses(field, in to),
            new Alternative("the field matters before", !update.IsOld(moved.Named("moved")) | !SameMask(in from, in moved)),
            new Alternative("nothing breaks", !update.Breaks),
            new Alternative("another field breaks it as well", eased.Breaks));
    }

    private string PartName(string what, Field field) =>
        $"{about.Hardware.Layout.Name.ToLowerInvariant()}.{what}.{about.Platform.Name}."
        + field.Name.Replace("[", "_", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace(':', '-');

    private static bool IsUsed(EntryRules rules, Field field) =>
        UsedBits.GetOrAdd(rules, InAllEntries).Any(used => (used[field.Word].Value & field.Mask) == field.Mask);

    // The used bits of all entries, for masks look at no bits but V, CFG, EPD0 and S1DSS.
    private static IReadOnlyList<Entry<Number>> InAllEntries(EntryRules rules)
    {
        int[] deciding = [0, 1, 2, 3, 14, 31];
        var all = new HashSet<Entry<Number>>();
        for (var choice = 0; choice < 1 << (deciding.Length + 2); choice++)
        {
            var word0 = deciding.Index().Aggregate(0UL, (word, bit) => word | ((ulong)(choice >> bit.Index & 1) << bit.Item));
            var entry = Entry.Of(word0, (ulong)(choice >> deciding.Length));
            all.Add(rules.Used<Number, Truth>(in entry).Bits);
        }

        return [.. all];
    }

    private static Entry<TermWord> Moved(Field field, in Entry<TermWord> from, in Entry<TermWord> to) =>
        from.With(field.Word, from[field.Word] ^ ((from[field.Word] ^ to[field.Word]) & TermWord.Constant(field.Mask)));

    private static TermBit Differ(Field field, in Entry<TermWord> from, in Entry<TermWord> to) =>
        !TermWord.Same((from[field.Word] ^ to[field.Word]) & TermWord.Constant(field.Mask), TermWord.Constant(0));

    private TermBit SameMask(in Entry<TermWord> left, in Entry<TermWord> right) =>
        AnyEntry.Same(about.Rules.Used<TermWord, TermBit>(in left).Bits, about.Rules.Used<TermWord, TermBit>(in right).Bits);

    // The last writer, with one more safe field than the variant has.
    private EntryCase Eased(Field field) =>
        about with { Writer = new Writer70(), Rules = new AlsoSafe(about.Rules, about.Writer.MovesSafeBits, field) };

    private TermBit Uses(Field field, in Entry<TermWord> entry)
    {
        var bits = TermWord.Constant(field.Mask);
        return TermWord.Same(about.Rules.Used<TermWord, TermBit>(in entry).Bits[field.Word] & bits, bits);
    }

    // The formula speaks of whole batches. That nothing between is seen either is tried here, view by view.
    private TraceDocument Confirm(Part part, Assignment values)
    {
        var (from, to) = (AnyEntry.Of(values, "from", about.Bits), AnyEntry.Of(values, "to", about.Bits));
        var eased = Eased(fieldOfPart[part.Name]);
        var plan = eased.Writer.Images<Number, Truth>(eased.Rules, in from, in to);
        for (var batch = 0; batch < plan.Count; batch++)
        {
            for (var mix = 0; mix < 1 << Entry<Number>.Words; mix++)
            {
                var view = plan.After(batch - 1);
                for (var word = 0; word < Entry<Number>.Words; word++)
                {
                    view[word] = (mix >> word & 1) != 0 ? plan.After(batch)[word] : view[word];
                }

                if (!Behaves(in view, in from, in from, in to) && !Behaves(in view, in to, in from, in to))
                {
                    throw new UnconfirmedException($"{part.Name} is refuted, but a view of batch {batch + 1} is torn: {about.Hardware.Layout.Say(view)}");
                }
            }
        }

        return AnyScope.Replay(open, AnyScope.Name(about.Platform, in from, in to), ShownBy, part);
    }

    private bool Behaves(in Entry<Number> view, in Entry<Number> end, in Entry<Number> from, in Entry<Number> to) =>
        AnyUpdate.Alike(about.Hardware, about.Hardware.Of<Number, Truth>(in view), about.Hardware.Of<Number, Truth>(in end), in from, in to).Value;

    private string Say(Assignment values, string name) => about.Hardware.Layout.Say(AnyEntry.Of(values, name, about.Bits));

    private sealed record AlsoSafe(EntryRules Rules, bool MovesSafeBits, Field Field) : EntryRules
    {
        public override Field V => Rules.V;

        public override bool HasSafeBits => true;

        public override Mask<TWord, TBit> Used<TWord, TBit>(in Entry<TWord> entry) => Rules.Used<TWord, TBit>(in entry);

        public override Mask<TWord, TBit> Safe<TWord, TBit>(in Entry<TWord> current, in Entry<TWord> target)
        {
            var safe = MovesSafeBits ? Rules.Safe<TWord, TBit>(in current, in target) : Mask<TWord, TBit>.Empty;
            safe.Add(TBit.Constant(true), Field);
            return safe;
        }
    }
}
