// The shape of every writer since 6.9: find the words whose used bits must change; with at most one of them fill, flip, clear, else break
// with V=0, write, and set V. Reference section 4.2. Versions differ in how they break and in which bits they may move early.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>The writer of 6.9 and later, as far as its versions agree.</summary>
public abstract record DiffWriter : EntryWriter
{
    /// <inheritdoc/>
    public sealed override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var diff = new Difference<TWord, TBit>(this, rules, in current, in target);
        var fill = current;
        var flip = current;
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            // Hitless: 1 fill what the current configuration ignores, but leave the critical word alone; 2 flip the critical word.
            var filled = TWord.If(diff.Critical[i], current[i], diff.Unused[i]);
            var flipped = TWord.If(diff.Critical[i], target[i], filled);
            // Break: 1 V=0, alone; 2 every other word.
            var broken = i == rules.V.Word ? Broken<TWord, TBit>(rules, current[i]) : current[i];
            var written = i == rules.V.Word ? broken : target[i];
            // No critical word: everything at once.
            fill[i] = TWord.If(diff.Several, broken, TWord.If(diff.Any, filled, target[i]));
            flip[i] = TWord.If(diff.Several, written, TWord.If(diff.Any, flipped, target[i]));
        }

        return Batches<TWord, TBit>(rules, in current, in fill, in flip, in target);
    }

    /// <summary>The bits that may move in the first batch although they are used; none before 7.0.</summary>
    protected internal virtual Mask<TWord, TBit> Safe<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        Mask<TWord, TBit>.Empty;

    /// <summary>What the first batch of a break stores in the word that holds V.</summary>
    protected abstract TWord Broken<TWord, TBit>(EntryRules rules, TWord word)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;

    /// <summary>Puts the three images into batches, each synced.</summary>
    protected virtual Plan<TWord, TBit> Batches<TWord, TBit>(
        EntryRules rules, in Entry<TWord> current, in Entry<TWord> first, in Entry<TWord> second, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var plan = new Plan<TWord, TBit>(in current);
        plan.Add(in first);
        plan.Add(in second);
        plan.Add(in target);
        return plan;
    }
}

/// <summary>Which words an update must change while they are used, and what they can hold before.</summary>
internal readonly ref struct Difference<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>The current image with every bit that the current configuration does not use set as the target wants it.</summary>
    public readonly Entry<TWord> Unused;

    /// <summary>Per word: it still differs from the target in a bit that the target uses.</summary>
    public readonly Flags<TBit> Critical;

    /// <summary>At least one word is critical.</summary>
    public readonly TBit Any;

    /// <summary>At least two words are critical.</summary>
    public readonly TBit Several;

    /// <summary>Compares <paramref name="current"/> with <paramref name="target"/> as the driver does.</summary>
    public Difference(DiffWriter writer, EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var used = rules.Used<TWord, TBit>(in current).Bits;
        var targetUsed = rules.Used<TWord, TBit>(in target).Bits;
        var safe = writer.Safe<TWord, TBit>(rules, in current, in target).Bits;
        Unused = current;
        Any = TBit.Constant(false);
        Several = TBit.Constant(false);
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            var kept = used[i] & ~(safe[i] & used[i] & targetUsed[i]);
            Unused[i] = (current[i] & kept) | (target[i] & ~kept);
            Critical[i] = !TWord.Same(Unused[i] & targetUsed[i], target[i]);
            Several |= Any & Critical[i];
            Any |= Critical[i];
        }
    }
}
