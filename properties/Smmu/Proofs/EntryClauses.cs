// What theorems about updates are made of: one statement per window, and the smaller ones they follow from.

using System.Security.Cryptography;
using System.Text;
using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The statements about the updates of one case.</summary>
internal sealed class EntryClauses(EntryCase about)
{
    private const string Any = "for all entries 'from' and 'to' of bits that the driver's builders set";

    // Of more bits than these, any set is one variable.
    private const int MostMoved = 5;

    private readonly string kind = about.Hardware.Layout.Name.ToLowerInvariant();

    /// <summary>Number of the writer's batches.</summary>
    public int Batches { get; } = CountBatches(about);

    /// <summary>The driver's used bits are complete: a view that agrees with an entry on the bits used there behaves as that entry.</summary>
    public IReadOnlyList<Part> Complete => [CompleteWith(further: false, null)];

    /// <summary>
    /// What no torn view follows from in a window: a view agrees with one end on the bits used there, but for those that are safe, or has V=0 in a
    /// declared break (this is about the writer alone, no hardware is in it); what agrees behaves alike; and safe bits change nothing. Where the
    /// SMMU looks at bits that should be ignored, these count as used too.
    /// </summary>
    public IReadOnlyList<Part> Agreement(int batch) => AgreementFor(batch, null);

    /// <summary>The same with as much of it as it takes for no access to pass that does not pass under an end.</summary>
    public IReadOnlyList<Part> AgreementForIdentity(int batch) => AgreementFor(batch, Identities);

    /// <summary>The same with as much of it as it takes for no access to be translated by other tables and tags than those of an end.</summary>
    public IReadOnlyList<Part> AgreementForForeign(int batch) => AgreementFor(batch, Tables);

    /// <summary>In window <paramref name="batch"/> a view behaves as before, or as wanted, or has V=0 in a declared break.</summary>
    public Part Torn(int batch) => Window("torn", batch,
        "behaves, for every access that can be made meanwhile, as 'from' does, or as 'to' does, or has V=0 in a declared break.",
        (update, view) =>
        [
            new("behaves as before", update.IsOld(in view)),
            new("behaves as wanted", update.IsNew(in view)),
            new("has V=0 in a declared break", about.Hardware.V.Is<TermWord, TermBit>(in view, 0) & update.Breaks),
        ]);

    /// <summary>In window <paramref name="batch"/> no access passes untranslated that passes under neither end.</summary>
    public Part Identity(int batch) => Window("identity", batch,
        "lets no access pass untranslated that passes neither under 'from' nor under 'to'.",
        (update, view) => EachAccess(update, in view, Identities));

    /// <summary>In window <paramref name="batch"/> an access that is translated uses the tables and tags of one end.</summary>
    public Part Foreign(int batch) => Window("foreign", batch,
        "translates no access by a mix of tables and tags (VMID, ASID, stream world) that is neither that of 'from' nor that of 'to'.",
        (update, view) => EachAccess(update, in view, Tables));

    /// <summary>After the update the entry is the wanted one, bit by bit.</summary>
    public Part Final => new($"{kind}.final.{Digest($"{about.Writer}")}.{RulesDigest}",
        [$"{Any}: after the last batch the entry is 'to', bit by bit.", .. Believed(about.Rules), $"writer: {about.Writer}"],
        () =>
        {
            var update = new AnyUpdate(about);
            return new Statement(TermBit.Constant(true), new Alternative("is the wanted entry", AnyEntry.Same(update.Plan.Final, update.To)));
        });

    /// <summary>An update waits for at most three CMD_SYNCs.</summary>
    public Part Syncs => new($"{kind}.syncs.{Digest($"{about.Writer}")}.{RulesDigest}",
        [$"{Any}: at most three batches are carried out, each of which ends with one CMD_SYNC.", .. Believed(about.Rules), $"writer: {about.Writer}"],
        () =>
        {
            var plan = new AnyUpdate(about).Plan;
            // Bit n: at least n + 1 batches so far.
            var counts = Enumerable.Repeat(TermBit.Constant(false), 4).ToArray();
            for (var batch = 0; batch < plan.Count; batch++)
            {
                for (var n = counts.Length - 1; n >= 0; n--)
                {
                    counts[n] |= plan.Active(batch) & (n == 0 ? TermBit.Constant(true) : counts[n - 1]);
                }
            }

            return new Statement(TermBit.Constant(true), new Alternative("three syncs or fewer", !counts[3]));
        });

    /// <summary>An update from an entry to itself stores nothing.</summary>
    public Part Idle => new($"{kind}.idle.{Digest($"{about.Writer}")}.{RulesDigest}",
        ["for every entry 'to' that holds only bits that the driver calls used there: an update from 'to' to 'to' carries out no batch.", .. Believed(about.Rules),
            $"writer: {about.Writer}"],
        () =>
        {
            var entry = AnyEntry.Of("to", about.Bits);
            var plan = new AnyUpdate(about, entry, entry).Plan;
            var active = TermBit.Constant(false);
            for (var batch = 0; batch < plan.Count; batch++)
            {
                active |= plan.Active(batch);
            }

            var atRest = AnyEntry.Same(about.Rules.Used<TermWord, TermBit>(in entry).Keep(in entry), entry);
            return new Statement(atRest, new Alternative("nothing is stored", !active));
        });

    private bool HasSafeBits => about.Writer.MovesSafeBits && about.Rules.HasSafeBits;

    private string RulesDigest => Digest($"{about.Rules}{Bits}");

    private string Bits => Say(about.Bits);

    private IReadOnlyList<string> Believed(EntryRules rules) => [$"the driver believes: {rules}", $"bits that its builders set, w0 first: {Bits}"];

    private Part Kept(int batch) => new(
        $"{kind}.kept{(about.Hardware.LooksFurther ? $"-{about.Platform.Name}" : "")}.{Digest($"{about.Writer}{about.Quantum}")}.{RulesDigest}.{batch + 1}",
        [
            $"{Any}, whatever a fetch sees in window {batch + 1}",
            "agrees with 'from' on the bits that the driver calls used there, or with 'to' on those used there (but for the bits it calls safe,",
            "which come from either), or has V=0 in a declared break.",
            .. about.Hardware.LooksFurther ? ["Legal ends; the bits that this SMMU looks at although they are IGNORED count as used."] : (string[])[],
            .. Believed(about.Rules), $"writer: {about.Writer}",
        ],
        () => StateKept(batch));

    private Judgement Identities { get; } = new("no access passes that does not pass under it",
        (in seen, in end) => !seen.Is(Fate.Bypass) | end.Is(Fate.Bypass));

    private Judgement Tables { get; } = new("an access is translated by its tables and with its tags, or not at all",
        (in seen, in end) => !seen.Is(Fate.Translate) | SameTables(about, in seen, in end));

    private IReadOnlyList<Part> AgreementFor(int batch, Judgement? only) =>
    [
        CompleteWith(about.Hardware.LooksFurther, only),
        .. HasSafeBits ? [Safe(isOld: true, only), Safe(isOld: false, only)] : (Part[])[],
        Kept(batch),
    ];

    private Part CompleteWith(bool further, Judgement? only) => new(
        $"{kind}.complete{(further ? "-further" : "")}{Suffix(only)}.{about.Platform.Name}.{Digest($"{about.Rules.WithoutSafeBits()}{Bits}")}",
        [
            $"for all entries 'end' and 'view' of bits that the driver's builders set: if 'view' agrees with 'end' on the bits that the driver calls",
            $"used there, {only?.Sentence ?? "it behaves like it for every access"}.",
            .. further ? ["The bits that this SMMU looks at although they are IGNORED count as used."] : (string[])[],
            .. Believed(about.Rules.WithoutSafeBits()), $"SMMU: {about.Hardware}",
        ],
        () => StateComplete(further, only));

    private Part Safe(bool isOld, Judgement? only) => new(
        $"{kind}.safe-{(isOld ? "from" : "to")}{Suffix(only)}.{about.Platform.Name}.{RulesDigest}",
        [
            $"{Any}: if '{(isOld ? "from" : "to")}' is legal, taking any of the bits that the driver calls safe from the other leaves the bits used",
            $"there the same, and {only?.Sentence ?? "what every access gets that can be made meanwhile"}.", .. Believed(about.Rules), $"SMMU: {about.Hardware}",
        ],
        () => StateSafe(isOld, only));

    private static string Suffix(Judgement? only) => only is null ? "" : $"-{Digest(only.Sentence)}";

    // Class by class: the terms that decide what is used are constants then, and most of the proof is done while the terms are built.
    private Statement StateComplete(bool further, Judgement? only)
    {
        var (entry, free) = (AnyEntry.Of("end", about.Bits), AnyEntry.Of("view", about.Bits));
        var alike = TermBit.Constant(true);
        foreach (var each in about.Hardware.Classes)
        {
            var end = each.Fix<TermWord, TermBit>(in entry);
            var used = Used(end, further);
            var view = free;
            for (var i = 0; i < Entry<TermWord>.Words; i++)
            {
                view[i] = (end[i] & used[i]) | (free[i] & ~used[i]);
            }

            alike &= !each.Has<TermWord, TermBit>(in entry) | Alike(new AnyUpdate(about, end, end), in view, isOld: true, only);
        }

        return new Statement(TermBit.Constant(true), new Alternative("behaves alike", alike));
    }

    // Class by class again, and one set of moved bits after the other: what does not look at these is the same term.
    private Statement StateSafe(bool isOld, Judgement? only)
    {
        var (from, to) = (AnyEntry.Of("from", about.Bits), AnyEntry.Of("to", about.Bits));
        var entry = isOld ? from : to;
        var (alike, legal) = (TermBit.Constant(true), TermBit.Constant(false));
        foreach (var each in about.Hardware.Classes)
        {
            var end = each.Fix<TermWord, TermBit>(in entry);
            var update = isOld ? new AnyUpdate(about, end, to) : new AnyUpdate(about, from, end);
            var isLegal = AnyEntry.Legal(about.Hardware, end);
            var unmoved = TermBit.Constant(true);
            foreach (var (moves, view) in Moved(update, end))
            {
                unmoved &= !moves | (AnyEntry.Same(Used(view, further: false), Used(end, further: false)) & Alike(update, in view, isOld, only));
            }

            legal |= each.Has<TermWord, TermBit>(in entry) & isLegal;
            alike &= !each.Has<TermWord, TermBit>(in entry) | !isLegal | unmoved;
        }

        return new Statement(legal, new Alternative("behaves alike", alike));
    }

    // An end with any of the safe bits in which the ends differ as in the other end, and when that can be.
    private IEnumerable<(TermBit Moves, Entry<TermWord> View)> Moved(AnyUpdate update, Entry<TermWord> end)
    {
        var safe = SafeBits(update);
        List<(int Word, ulong Bit)> bits = [];
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            safe[i] &= update.From[i] ^ update.To[i];
            for (var rest = safe[i].Possible; rest != 0; rest &= rest - 1)
            {
                bits.Add((i, rest & (~rest + 1)));
            }
        }

        if (bits.Count > MostMoved)
        {
            var any = AnyEntry.Of("view", about.Bits);
            for (var i = 0; i < Entry<TermWord>.Words; i++)
            {
                any[i] = end[i] ^ (any[i] & safe[i]);
            }

            yield return (TermBit.Constant(true), any);
            yield break;
        }

        for (var choice = 1; choice < 1 << bits.Count; choice++)
        {
            var (moves, view) = (TermBit.Constant(true), end);
            foreach (var (_, (word, bit)) in bits.Index().Where(place => (choice >> place.Index & 1) != 0))
            {
                moves &= !TermWord.Same(safe[word] & TermWord.Constant(bit), TermWord.Constant(0));
                view[word] ^= TermWord.Constant(bit);
            }

            yield return (moves, view);
        }
    }

    private Statement StateKept(int batch)
    {
        var update = new AnyUpdate(about);
        var view = update.View(batch);
        return new Statement(about.Hardware.LooksFurther ? update.LegalEnds : TermBit.Constant(true),
            new Alternative("agrees with the old entry", Agrees(update, in view, update.From)),
            new Alternative("agrees with the new entry", Agrees(update, in view, update.To)),
            new Alternative("has V=0 in a declared break", about.Hardware.V.Is<TermWord, TermBit>(in view, 0) & update.Breaks));
    }

    private TermBit Agrees(AnyUpdate update, in Entry<TermWord> view, Entry<TermWord> end)
    {
        var (used, safe) = (Used(end, about.Hardware.LooksFurther), SafeBits(update));
        var agrees = TermBit.Constant(true);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            agrees &= TermWord.Same((view[i] ^ end[i]) & used[i] & ~safe[i], TermWord.Constant(0));
            agrees &= HasSafeBits
                ? TermWord.Same((view[i] ^ update.From[i]) & (view[i] ^ update.To[i]) & safe[i], TermWord.Constant(0)) : TermBit.Constant(true);
        }

        return agrees;
    }

    private Entry<TermWord> Used(in Entry<TermWord> end, bool further)
    {
        var used = about.Rules.Used<TermWord, TermBit>(in end).Bits;
        var also = about.Hardware.AlsoUsed<TermWord, TermBit>(in end).Bits;
        for (var i = 0; further && i < Entry<TermWord>.Words; i++)
        {
            used[i] |= also[i];
        }

        return used;
    }

    // Used at both ends and called safe: what the writer may move early.
    private Entry<TermWord> SafeBits(AnyUpdate update)
    {
        var safe = AnyEntry.Of("none", new FieldSet());
        if (HasSafeBits)
        {
            safe = about.Rules.Safe<TermWord, TermBit>(update.From, update.To).Bits;
            var (old, wanted) = (Used(update.From, further: false), Used(update.To, further: false));
            for (var i = 0; i < Entry<TermWord>.Words; i++)
            {
                safe[i] &= old[i] & wanted[i];
            }
        }

        return safe;
    }

    private Part Window(string what, int batch, string sentence, Func<AnyUpdate, Entry<TermWord>, IReadOnlyList<Alternative>> conclude) => new(
        $"{about.System}.{about.Variant}.{about.Platform.Name}.{what}.{batch + 1}",
        [
            $"{Any}, neither of them ILLEGAL or reserved, whatever a fetch sees in window {batch + 1} of {Batches}",
            sentence, .. Believed(about.Rules), $"writer: {about.Writer}", $"SMMU: {about.Hardware}",
        ],
        () =>
        {
            var update = new AnyUpdate(about);
            return new Statement(update.LegalEnds, conclude(update, update.View(batch)));
        });

    // What must be so of an access under a view, as against the same access under an end.
    private sealed record Judgement(string Sentence, Comparison Holds);

    private delegate TermBit Comparison(in Outcome<TermWord, TermBit> seen, in Outcome<TermWord, TermBit> end);

    private TermBit Alike(AnyUpdate update, in Entry<TermWord> view, bool isOld, Judgement? only)
    {
        if (only is null)
        {
            return isOld ? update.IsOld(in view) : update.IsNew(in view);
        }

        var (seen, end) = (about.Hardware.Of<TermWord, TermBit>(in view), isOld ? update.Old : update.New);
        return ForEachAccess(update, access => only.Holds(seen[access], end[access]));
    }

    private IReadOnlyList<Alternative> EachAccess(AnyUpdate update, in Entry<TermWord> view, Judgement judge)
    {
        var seen = about.Hardware.Of<TermWord, TermBit>(in view);
        return [new Alternative("every access is as it should be", ForEachAccess(update, access =>
            judge.Holds(seen[access], update.Old[access]) | judge.Holds(seen[access], update.New[access])))];
    }

    // Translated accesses pass by themselves where they are not checked.
    private TermBit ForEachAccess(AnyUpdate update, Func<int, TermBit> holds)
    {
        var all = TermBit.Constant(true);
        for (var access = 0; access < Math.Min(about.Hardware.Accesses, (int)Access.Translated); access++)
        {
            all &= holds(access) | !about.Hardware.Counts<TermWord, TermBit>(access, update.From, update.To);
        }

        return all;
    }

    private static TermBit SameTables(EntryCase about, in Outcome<TermWord, TermBit> left, in Outcome<TermWord, TermBit> right)
    {
        var same = TermWord.Same(left.Fate, right.Fate) & TermWord.Same(left.Cd, right.Cd);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            var bits = TermWord.Constant(about.Hardware.TablesAndTags[i]);
            same &= TermWord.Same(left.Shape[i] & bits, right.Shape[i] & bits);
        }

        return same;
    }

    private static int CountBatches(EntryCase about)
    {
        var nothing = default(Entry<Number>);
        return about.Writer.Images<Number, Truth>(about.Rules, in nothing, in nothing).Count;
    }

    /// <summary>The words of a set of bits, w0 first.</summary>
    internal static string Say(FieldSet bits) => string.Join('.', Enumerable.Range(0, Entry<Number>.Words).Select(word => $"{bits[word]:x}"));

    // Equal texts give equal names, and a name says that the obligation is the same.
    internal static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
}
