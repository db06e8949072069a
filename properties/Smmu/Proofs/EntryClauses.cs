// What theorems about updates are made of: one statement per window, and the smaller ones they follow from.

using System.Security.Cryptography;
using System.Text;
using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The statements about the updates of one case.</summary>
internal sealed class EntryClauses(EntryCase about)
{
    private const string Any = "for all entries 'from' and 'to' of bits that the driver's builders set";

    private readonly string kind = about.Hardware.Layout.Name.ToLowerInvariant();

    /// <summary>Number of the writer's batches.</summary>
    public int Batches { get; } = CountBatches(about);

    /// <summary>
    /// The driver's used bits are complete: a view that agrees with an end on the bits used there, but for those that are safe, behaves as that end.
    /// </summary>
    public IReadOnlyList<Part> Complete => HasSafeBits
        ? [CompleteAt(isOld: true), CompleteAt(isOld: false)]
        : [CompleteAt(isOld: true)];

    /// <summary>
    /// In every window a view agrees with one end on the bits used there, but for those that are safe, or has V=0 in a declared break. This
    /// is about the writer alone; no hardware is in it.
    /// </summary>
    public IReadOnlyList<Part> Kept => [.. Enumerable.Range(0, Batches).Select(batch => new Part(
        $"{kind}.kept.{Digest($"{about.Writer}{about.Quantum}")}.{RulesDigest}.{batch + 1}",
        [
            $"{Any}, whatever a fetch sees in window {batch + 1}",
            "agrees with 'from' on the bits that the driver calls used there, or with 'to' on those used there (but for the bits it calls safe,",
            "which come from either), or has V=0 in a declared break.", .. Believed, $"writer: {about.Writer}",
        ],
        () => StateKept(batch)))];

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
        (update, view) => EachAccess(update, in view, (in seen, in old, in wanted) =>
            !seen.Is(Fate.Bypass) | old.Is(Fate.Bypass) | wanted.Is(Fate.Bypass)));

    /// <summary>In window <paramref name="batch"/> an access that is translated uses the tables and tags of one end.</summary>
    public Part Foreign(int batch) => Window("foreign", batch,
        "translates no access by a mix of tables and tags (VMID, ASID, stream world) that is neither that of 'from' nor that of 'to'.",
        (update, view) => EachAccess(update, in view, (in seen, in old, in wanted) =>
            !seen.Is(Fate.Translate) | SameTables(in seen, in old) | SameTables(in seen, in wanted)));

    /// <summary>After the update the entry is the wanted one, bit by bit.</summary>
    public Part Final => new($"{kind}.final.{Digest($"{about.Writer}")}.{RulesDigest}",
        [$"{Any}: after the last batch the entry is 'to', bit by bit.", .. Believed, $"writer: {about.Writer}"],
        () =>
        {
            var update = new AnyUpdate(about);
            return new Statement(TermBit.Constant(true), new Alternative("is the wanted entry", AnyEntry.Same(update.Plan.Final, update.To)));
        });

    /// <summary>An update waits for at most three CMD_SYNCs.</summary>
    public Part Syncs => new($"{kind}.syncs.{Digest($"{about.Writer}")}.{RulesDigest}",
        [$"{Any}: at most three batches are carried out, each of which ends with one CMD_SYNC.", .. Believed, $"writer: {about.Writer}"],
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
        ["for every entry 'to' of bits that the driver's builders set: an update from 'to' to 'to' carries out no batch.", .. Believed,
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

            return new Statement(TermBit.Constant(true), new Alternative("nothing is stored", !active));
        });

    private bool HasSafeBits => about.Writer.MovesSafeBits && about.Rules.HasSafeBits;

    private string RulesDigest => Digest($"{about.Rules}{Bits}");

    private string Bits => Say(about.Bits);

    private IReadOnlyList<string> Believed => [$"the driver believes: {about.Rules}", $"bits that its builders set, w0 first: {Bits}"];

    private Part CompleteAt(bool isOld) => new(
        $"{kind}.complete{(HasSafeBits ? isOld ? "-from" : "-to" : "")}.{about.Platform.Name}.{RulesDigest}",
        [
            $"{Any}: a view that agrees with '{(isOld ? "from" : "to")}' on the bits that the driver calls used there (but for the bits it calls",
            "safe, which come from either) behaves like it for every access that can be made meanwhile.", .. Believed, $"SMMU: {about.Hardware}",
        ],
        () => StateComplete(isOld));

    private Statement StateComplete(bool isOld)
    {
        var update = new AnyUpdate(about);
        var (end, free) = (isOld ? update.From : update.To, AnyEntry.Of("view", about.Bits));
        var (used, safe) = Believes(update, end);
        var view = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            // Every view of the kind, by construction: the solver need not find out what the words agree on.
            var either = update.From[i] ^ ((update.From[i] ^ update.To[i]) & free[i]);
            view[i] = (end[i] & used[i] & ~safe[i]) | (either & safe[i]) | (free[i] & ~used[i]);
        }

        var named = view.Named("view");
        var assumption = HasSafeBits ? update.LegalEnds : TermBit.Constant(true);
        return new Statement(assumption,
            new Alternative("behaves alike", isOld ? update.IsOld(in named) : update.IsNew(in named)));
    }

    private Statement StateKept(int batch)
    {
        var update = new AnyUpdate(about);
        var view = update.View(batch);
        return new Statement(TermBit.Constant(true),
            new Alternative("agrees with the old entry", Agrees(update, in view, update.From)),
            new Alternative("agrees with the new entry", Agrees(update, in view, update.To)),
            new Alternative("has V=0 in a declared break", about.Hardware.V.Is<TermWord, TermBit>(in view, 0) & update.Breaks));
    }

    private TermBit Agrees(AnyUpdate update, in Entry<TermWord> view, Entry<TermWord> end)
    {
        var (used, safe) = Believes(update, end);
        var agrees = TermBit.Constant(true);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            agrees &= TermWord.Same((view[i] ^ end[i]) & used[i] & ~safe[i], TermWord.Constant(0));
            agrees &= HasSafeBits
                ? TermWord.Same((view[i] ^ update.From[i]) & (view[i] ^ update.To[i]) & safe[i], TermWord.Constant(0)) : TermBit.Constant(true);
        }

        return agrees;
    }

    // The bits used under one end, and those among them that may change early.
    private (Entry<TermWord> Used, Entry<TermWord> Safe) Believes(AnyUpdate update, in Entry<TermWord> end)
    {
        var used = about.Rules.Used<TermWord, TermBit>(in end).Bits;
        var safe = HasSafeBits ? about.Rules.Safe<TermWord, TermBit>(update.From, update.To).Bits : AnyEntry.Of("none", new FieldSet());
        var (old, wanted) = (about.Rules.Used<TermWord, TermBit>(update.From).Bits, about.Rules.Used<TermWord, TermBit>(update.To).Bits);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            safe[i] &= old[i] & wanted[i];
        }

        return (used, safe);
    }

    private Part Window(string what, int batch, string sentence, Func<AnyUpdate, Entry<TermWord>, IReadOnlyList<Alternative>> conclude) => new(
        $"{about.System}.{about.Variant}.{about.Platform.Name}.{what}.{batch + 1}",
        [
            $"{Any}, neither of them ILLEGAL or reserved, whatever a fetch sees in window {batch + 1} of {Batches}",
            sentence, .. Believed, $"writer: {about.Writer}", $"SMMU: {about.Hardware}",
        ],
        () =>
        {
            var update = new AnyUpdate(about);
            return new Statement(update.LegalEnds, conclude(update, update.View(batch)));
        });

    private delegate TermBit Judgement(
        in Outcome<TermWord, TermBit> seen, in Outcome<TermWord, TermBit> old, in Outcome<TermWord, TermBit> wanted);

    private IReadOnlyList<Alternative> EachAccess(AnyUpdate update, in Entry<TermWord> view, Judgement judge)
    {
        var seen = about.Hardware.Of<TermWord, TermBit>(in view);
        var (old, wanted) = (update.Old, update.New);
        var all = TermBit.Constant(true);
        // Translated accesses pass by themselves where they are not checked.
        for (var access = 0; access < Math.Min(about.Hardware.Accesses, (int)Access.Translated); access++)
        {
            all &= judge(in seen[access], in old[access], in wanted[access])
                | !about.Hardware.Counts<TermWord, TermBit>(access, update.From, update.To);
        }

        return [new Alternative("every access is as it should be", all)];
    }

    private TermBit SameTables(in Outcome<TermWord, TermBit> left, in Outcome<TermWord, TermBit> right)
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
