// When an update must break, and when it need not.
//
// Whatever the order of stores, an update without a break starts at an image that behaves as before and ends at one that behaves as wanted; somewhere
// between, the store of one quantum turns one kind into the other (a batch of several quanta shows all of their mixes, so it is no exception).
// Where no image that behaves as before is one quantum away from one that behaves as wanted, every order breaks.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The statements about needless breaks of one case.</summary>
internal sealed class HitlessClauses(EntryCase about)
{
    private const string AnyEntries =
        "for all entries 'from' and 'to' that set no bit outside the driver's own mask for them (its WARN) nor one that its builders never set";

    private const string BuiltEntries = "for all entries 'from' and 'to' of the forms that the driver's builders make for one master";

    private readonly string kind = about.Hardware.Layout.Name.ToLowerInvariant();

    /// <summary>Why no view is invalid unless every order breaks, if the driver's used bits are complete and the writer keeps to them.</summary>
    public const string ByCriticalWords =
        "where some order does not break at most one word is critical (one-critical), and then the writer does not break (unbroken); a view that has no V=0 "
        + "in a declared break agrees with an end on the bits used there (kept) and behaves as that end (complete), which is valid";

    /// <summary>Where some order does not break, the driver finds at most one critical word. No writer is in it, only what it believes.</summary>
    public Part OneCritical => AtMostOneCritical("one-critical", AnyEntries, Masked);

    /// <summary>The same for entries of the forms that builders make.</summary>
    public Part OneCriticalBuilt => AtMostOneCritical($"one-critical-built-{EntryClauses.Digest(string.Join("; ", about.Forms))}", BuiltEntries, Built);

    /// <summary>Where at most one word is critical, batch <paramref name="batch"/> stores no V=0 between two valid entries. No hardware is in it.</summary>
    public Part Unbroken(int batch) => StoresNoV0($"unbroken.{EntryClauses.Digest($"{about.Writer}")}", batch,
        "for all entries 'from' and 'to' of bits that the driver's builders set", _ => TermBit.Constant(true));

    /// <summary>
    /// The same for entries of the forms that builders make: the rounds of the 2023 writer depend on each other, which is hard to see for all entries.
    /// </summary>
    public Part UnbrokenBuilt(int batch) => about.Writer is not StepWriter ? Unbroken(batch) : StoresNoV0(
        $"unbroken-built-{EntryClauses.Digest(string.Join("; ", about.Forms))}.{EntryClauses.Digest($"{about.Writer}")}", batch, BuiltEntries, Built);

    /// <summary>In window <paramref name="batch"/> no view is invalid unless every order breaks.</summary>
    public Part WhenPossible(int batch) => State("hitless", batch, AnyEntries, Masked);

    /// <summary>The same for entries of the forms that builders make.</summary>
    public Part OnBuiltEntries(int batch) => State("hitless-built", batch, BuiltEntries, Built);

    /// <summary>An order of batches without a break, in words.</summary>
    public string Order(Entry<Number> from, Entry<Number> to)
    {
        var order = Batches(about, from, to);
        return order is null ? "no order of the shape fill, flip, clear was found" : $"without a break: {HitlessText.Say(about.Hardware.Layout, from, order.Images)}";
    }

    /// <summary>The shortest order of the shape fill, flip, clear between two entries; null if none was found.</summary>
    public static HitlessBatches? Batches(EntryCase about, Entry<Number> from, Entry<Number> to) =>
        new HitlessImages(about.Hardware.Layout, about.Quantum, (in Entry<Number> image, bool target) =>
            BehavesAs(about.Hardware, image, target ? to : from, from, to)).Find(from, to);

    /// <summary>Whether an image behaves as one end of an update for every access that can be made meanwhile.</summary>
    public static bool BehavesAs(
        EntryHardware hardware, in Entry<Number> image, in Entry<Number> end, in Entry<Number> from, in Entry<Number> to)
    {
        var (seen, expected) = (hardware.Of<Number, Truth>(in image), hardware.Of<Number, Truth>(in end));
        var alike = true;
        for (var access = 0; access < hardware.Accesses; access++)
        {
            alike &= Outcome<Number, Truth>.Same(in seen[access], in expected[access]).Value
                || !hardware.Counts<Number, Truth>(access, in from, in to).Value;
        }

        return alike;
    }

    /// <summary>
    /// Image <c>last</c> behaves as before, <c>first</c> as wanted, and they differ in one quantum: some order may do without a break.
    /// </summary>
    public static TermBit Crosses(EntryCase about, AnyUpdate update)
    {
        var (last, first) = (AnyEntry.Of("last", about.Bits), AnyEntry.Of("first", about.Bits));
        return update.IsOld(in last) & update.IsNew(in first) & OneQuantum(about, in last, in first);
    }

    // At most one quantum differs.
    private static TermBit OneQuantum(EntryCase about, in Entry<TermWord> left, in Entry<TermWord> right)
    {
        var (any, several) = (TermBit.Constant(false), TermBit.Constant(false));
        for (var start = 0; start < Entry<TermWord>.Words; start += about.Quantum)
        {
            var differs = TermBit.Constant(false);
            for (var i = start; i < start + about.Quantum; i++)
            {
                differs |= !TermWord.Same(left[i], right[i]);
            }

            several |= any & differs;
            any |= differs;
        }

        return !several;
    }

    private TermBit Masked(AnyUpdate update)
    {
        var masked = TermBit.Constant(true);
        foreach (var end in new[] { update.From, update.To })
        {
            var used = about.Rules.Used<TermWord, TermBit>(in end).Bits;
            for (var i = 0; i < Entry<TermWord>.Words; i++)
            {
                masked &= TermWord.Same(end[i] & ~used[i], TermWord.Constant(0));
            }
        }

        return masked;
    }

    // One master has one CD table: where both ends turn stage 1 on, both have substreams or neither.
    private TermBit Built(AnyUpdate update)
    {
        var (from, to, same) = (TermBit.Constant(false), TermBit.Constant(false), TermBit.Constant(false));
        foreach (var kind in about.Forms.GroupBy(form => form.Substreams))
        {
            var (starts, ends) = (TermBit.Constant(false), TermBit.Constant(false));
            foreach (var form in kind)
            {
                starts |= form.Fits(update.From);
                ends |= form.Fits(update.To);
            }

            from |= starts;
            to |= ends;
            same |= kind.Key is null ? starts | ends : starts & ends;
        }

        return from & to & same;
    }

    private string RulesDigest => EntryClauses.Digest($"{about.Rules}{string.Join('.', Enumerable.Range(0, Entry<Number>.Words).Select(word => about.Bits[word]))}"
        + $"{MovesSafeBits}{about.Writer.StoreWords}{about.FetchWords}");

    private bool MovesSafeBits => about.Writer.MovesSafeBits && about.Rules.HasSafeBits;

    private Part AtMostOneCritical(string what, string any, Func<AnyUpdate, TermBit> assumed) => new(
        $"{kind}.{what}.{about.Platform.Name}.{RulesDigest}",
        [
            $"{any}, both valid, neither ILLEGAL or reserved:",
            "at most one word is critical for the driver, or every order of stores breaks: no image 'last' that behaves as 'from' differs in one quantum",
            "from an image 'first' that behaves as 'to'.",
            $"the driver believes: {about.Rules}{(MovesSafeBits ? " and moves safe bits" : "")}, and stores {about.Writer.StoreWords} words at once",
            $"SMMU: {about.Hardware}",
        ],
        () =>
        {
            var update = new AnyUpdate(about);
            return new Statement(Valid(update) & update.LegalEnds & assumed(update),
                new Alternative("at most one word is critical", FewCritical(update)), new Alternative("every order breaks", !Crosses(about, update)));
        });

    private Part StoresNoV0(string what, int batch, string any, Func<AnyUpdate, TermBit> assumed) => new(
        $"{kind}.{what}.{RulesDigest}.{batch + 1}",
        [
            $"{any}, both valid: if at most one word still differs from 'to' in bits used there,",
            $"once the bits not used by 'from' (and the safe ones) are as in 'to', batch {batch + 1} stores no V=0.",
            $"the driver believes: {about.Rules}", $"writer: {about.Writer}",
        ],
        () =>
        {
            var update = new AnyUpdate(about);
            var cleared = about.Hardware.V.Is<TermWord, TermBit>(update.Plan.After(batch), 0);
            return new Statement(Valid(update) & assumed(update) & FewCritical(update), new Alternative("no V=0", !cleared));
        });

    // As the driver counts: words that still differ in bits the wanted entry uses, once all bits that may move early have moved.
    private TermBit FewCritical(AnyUpdate update)
    {
        var used = about.Rules.Used<TermWord, TermBit>(update.From).Bits;
        var wanted = about.Rules.Used<TermWord, TermBit>(update.To).Bits;
        var safe = MovesSafeBits ? about.Rules.Safe<TermWord, TermBit>(update.From, update.To).Bits : default;
        var (any, several) = (TermBit.Constant(false), TermBit.Constant(false));
        for (var start = 0; start < Entry<TermWord>.Words; start += about.Writer.StoreWords)
        {
            var critical = TermBit.Constant(false);
            for (var i = start; i < start + about.Writer.StoreWords; i++)
            {
                var kept = used[i] & ~(safe[i] & wanted[i]);
                critical |= !TermWord.Same(((update.From[i] & kept) | (update.To[i] & ~kept)) & wanted[i], update.To[i]);
            }

            several |= any & critical;
            any |= critical;
        }

        return !several;
    }

    private TermBit Valid(AnyUpdate update) =>
        about.Hardware.V.Is<TermWord, TermBit>(update.From, 1) & about.Hardware.V.Is<TermWord, TermBit>(update.To, 1);

    private Part State(string what, int batch, string any, Func<AnyUpdate, TermBit> assumed) => new(
        $"{about.System}.{about.Variant}.{about.Platform.Name}.{what}.{batch + 1}",
        [
            $"{any}, both valid, neither ILLEGAL or reserved,",
            $"whatever a fetch sees in window {batch + 1}: the view is not invalid, or every order of stores breaks: no image 'last' that behaves as",
            "'from' differs in one quantum from an image 'first' that behaves as 'to'.",
            $"the driver believes: {about.Rules}", $"writer: {about.Writer}", $"SMMU: {about.Hardware}",
        ],
        () =>
        {
            var update = new AnyUpdate(about);
            var view = update.View(batch);
            var invalid = about.Hardware.V.Is<TermWord, TermBit>(in view, 0) | about.Hardware.Illegal<TermWord, TermBit>(in view);
            return new Statement(Valid(update) & update.LegalEnds & assumed(update),
                new Alternative("the view is valid", !invalid), new Alternative("every order breaks", !Crosses(about, update)));
        });
}
