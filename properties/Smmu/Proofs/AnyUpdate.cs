// An update of any entry to any other: the writer's plan, and what a fetch can see of it, as terms.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Writers;
using Verify.Symbolic;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>An update between two entries of variables <c>from</c> and <c>to</c>, made in the open <see cref="TermPool"/>.</summary>
internal sealed class AnyUpdate
{
    private readonly EntryCase about;
    private readonly Lazy<Plan<TermWord, TermBit>> plan;
    private Behaviour<TermWord, TermBit>? old;
    private Behaviour<TermWord, TermBit>? wanted;

    /// <summary>Makes the update that the case's writer does.</summary>
    public AnyUpdate(EntryCase about)
        : this(about, AnyEntry.Of("from", about.Bits), AnyEntry.Of("to", about.Bits))
    {
    }

    /// <summary>Makes the update between two given entries.</summary>
    public AnyUpdate(EntryCase about, Entry<TermWord> from, Entry<TermWord> to)
    {
        this.about = about;
        (From, To) = (from, to);
        plan = new(() => about.Writer.Images<TermWord, TermBit>(about.Rules, in from, in to));
    }

    /// <summary>The image before.</summary>
    public Entry<TermWord> From { get; }

    /// <summary>The image wanted.</summary>
    public Entry<TermWord> To { get; }

    /// <summary>What the writer does.</summary>
    public Plan<TermWord, TermBit> Plan => plan.Value;

    /// <summary>What theorems about updates take for granted: both ends are legal, or have V=0.</summary>
    public TermBit LegalEnds => AnyEntry.Legal(about.Hardware, From) & AnyEntry.Legal(about.Hardware, To);

    /// <summary>The writer stores an image with V=0 on the way, although V is 1 at both ends.</summary>
    public TermBit Breaks
    {
        get
        {
            var breaks = TermBit.Constant(false);
            for (var batch = 0; batch < Plan.Count; batch++)
            {
                breaks |= about.Hardware.V.Is<TermWord, TermBit>(Plan.After(batch), 0);
            }

            return breaks & about.Hardware.V.Is<TermWord, TermBit>(From, 1) & about.Hardware.V.Is<TermWord, TermBit>(To, 1);
        }
    }

    /// <summary>
    /// Any view that a fetch can have between the end of the batch before <paramref name="batch"/> and its own end: every quantum as it is
    /// after the batch, or as it was before; and where the batches before were not all synced, as it was before these.
    /// </summary>
    public Entry<TermWord> View(int batch)
    {
        var view = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            view[i] = Word(batch, i).Named(AnyEntry.Word("view", i));
        }

        return view;
    }

    /// <summary>The variable that says whether a fetch sees a quantum as it is after a batch.</summary>
    public static string Seen(int batch, int quantum) => $"view{batch}.{quantum}";

    /// <summary>Whether <paramref name="view"/> behaves as before for every access that can be made meanwhile.</summary>
    public TermBit IsOld(in Entry<TermWord> view) => Alike(in view, Old);

    /// <summary>Whether <paramref name="view"/> behaves as wanted for every access that can be made meanwhile.</summary>
    public TermBit IsNew(in Entry<TermWord> view) => Alike(in view, New);

    /// <summary>Whether every mix of two images behaves as before, or as wanted: a batch that changes one to the other is no break.</summary>
    public TermBit IsHitless(in Entry<TermWord> before, in Entry<TermWord> after)
    {
        var hitless = TermBit.Constant(true);
        List<Entry<TermWord>> views = [before];
        for (var start = 0; start < Entry<TermWord>.Words; start += about.Quantum)
        {
            var changes = false;
            for (var i = start; i < start + about.Quantum; i++)
            {
                changes |= before[i] != after[i];
            }

            for (var seen = changes ? views.Count : 0; seen > 0; seen--)
            {
                var view = views[seen - 1];
                for (var i = start; i < start + about.Quantum; i++)
                {
                    view[i] = after[i];
                }

                views.Add(view);
            }
        }

        foreach (var view in views)
        {
            var sees = about.Hardware.Of<TermWord, TermBit>(in view);
            hitless &= Alike(about.Hardware, in sees, Old, From, To) | Alike(about.Hardware, in sees, New, From, To);
        }

        return hitless;
    }

    /// <summary>What each access gets before.</summary>
    public Behaviour<TermWord, TermBit> Old => old ??= about.Hardware.Of<TermWord, TermBit>(From);

    /// <summary>What each access gets after.</summary>
    public Behaviour<TermWord, TermBit> New => wanted ??= about.Hardware.Of<TermWord, TermBit>(To);

    /// <summary>Whether every access that can be made while an entry changes between two images gets the same by two behaviours.</summary>
    public static TBit Alike<TWord, TBit>(
        EntryHardware hardware, in Behaviour<TWord, TBit> seen, in Behaviour<TWord, TBit> end, in Entry<TWord> from, in Entry<TWord> to)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var alike = TBit.Constant(true);
        for (var access = 0; access < hardware.Accesses; access++)
        {
            alike &= Outcome<TWord, TBit>.Same(seen[access], end[access]) | !hardware.Counts<TWord, TBit>(access, in from, in to);
        }

        return alike;
    }

    private TermBit Alike(in Entry<TermWord> view, Behaviour<TermWord, TermBit> end) =>
        Alike(about.Hardware, about.Hardware.Of<TermWord, TermBit>(in view), in end, From, To);

    private TermWord Word(int batch, int word)
    {
        var after = Plan.After(batch)[word];
        var before = batch == 0 ? From[word] : Earlier(batch - 1, word);
        return TermWord.If(TermBit.Variable(Seen(batch, word / about.Quantum)), after, before);
    }

    // What the SMMU may hold once a batch has ended. A batch that is not carried out is not synced either.
    private TermWord Earlier(int batch, int word)
    {
        var after = Plan.After(batch)[word];
        if (Enumerable.Range(0, batch + 1).All(earlier => Plan.End(earlier) == BatchEnd.Sync))
        {
            return after;
        }

        return Plan.End(batch) == BatchEnd.Sync ? TermWord.If(Plan.Active(batch), after, Word(batch, word)) : Word(batch, word);
    }
}
