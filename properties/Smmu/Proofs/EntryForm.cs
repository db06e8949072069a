// Forms of entries: what a builder always sets, and what it takes from the domain, the master or the guest. A class of configurations is a form.

using Verify.Bits;
using Verify.Symbolic;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Bits of an entry that come from one thing, such as the stage-2 domain.</summary>
/// <param name="Thing">Its name: entries that name the same thing agree on these bits.</param>
/// <param name="Bits">The bits.</param>
internal sealed record Taken(string Thing, FieldSet Bits);

/// <summary>A form of entries: a class of configurations that a builder makes.</summary>
/// <param name="Name">Its name: "S1DSS.BYPASS".</param>
/// <param name="Fixed">The entry with 0 in every bit that is taken from elsewhere.</param>
/// <param name="Free">What is taken from elsewhere.</param>
internal sealed record EntryForm(string Name, Entry<Number> Fixed, params IReadOnlyList<Taken> Free)
{
    /// <summary>Fields that are not 0.</summary>
    public IReadOnlyList<Field> NonZero { get; init; } = [];

    /// <summary>Stage 1 is on with substreams, or without; null where the entry has no stage 1, or is a CD.</summary>
    public bool? Substreams { get; init; }

    /// <summary>A field, with the thing from which another entry takes it, whose values differ: two domains have different VMIDs.</summary>
    public (string Thing, Field Field)? Unlike { get; init; }

    /// <summary>Any entry of the form.</summary>
    /// <param name="name">The entry's name: what nothing else shares is called after it.</param>
    public Entry<TermWord> Any(string name)
    {
        var entry = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            var word = TermWord.Constant(Fixed[i].Value);
            foreach (var taken in Free.Where(taken => taken.Bits[i] != 0))
            {
                word |= TermWord.Variable(AnyEntry.Word(Variable(taken, name), i)) & TermWord.Constant(taken.Bits[i]);
            }

            entry[i] = word;
        }

        return entry;
    }

    /// <summary>The entry that values of the variables make.</summary>
    public Entry<Number> Of(Assignment values, string name)
    {
        var entry = Fixed;
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            foreach (var taken in Free)
            {
                entry[i] |= new Number(values.Word(AnyEntry.Word(Variable(taken, name), i)) & taken.Bits[i]);
            }
        }

        return entry;
    }

    /// <summary>What is assumed of <paramref name="entry"/>, an entry of the form, besides that it is legal.</summary>
    public TermBit Assumed(in Entry<TermWord> entry)
    {
        var assumed = TermBit.Constant(true);
        foreach (var field in NonZero)
        {
            assumed &= field.Any<TermWord, TermBit>(in entry);
        }

        if (Unlike is var (thing, other))
        {
            var theirs = TermWord.Variable(AnyEntry.Word(thing, other.Word)) & TermWord.Constant(other.Mask);
            assumed &= !TermWord.Same(entry[other.Word] & TermWord.Constant(other.Mask), theirs);
        }

        return assumed;
    }

    /// <summary>Whether <paramref name="entry"/> is of the form, whatever is taken from elsewhere.</summary>
    public TermBit Fits(in Entry<TermWord> entry)
    {
        var fits = TermBit.Constant(true);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            var free = Free.Aggregate(0UL, (bits, taken) => bits | taken.Bits[i]);
            fits &= TermWord.Same(entry[i] & TermWord.Constant(~free), TermWord.Constant(Fixed[i].Value));
        }

        foreach (var field in NonZero)
        {
            fits &= field.Any<TermWord, TermBit>(in entry);
        }

        return fits;
    }

    /// <summary>Everything that makes the form, in words: equal texts are equal forms.</summary>
    public override string ToString() =>
        $"{Name}: {Words(word => Fixed[word].Value)}, {string.Join(", ", Free.Select(taken => $"{taken.Thing} {Words(word => taken.Bits[word])}"))}, "
        + $"{string.Join(" ", NonZero.Select(field => field.Name))}, {Substreams}, {Unlike?.Thing} {Unlike?.Field.Name}";

    private static string Words(Func<int, ulong> word) => string.Join('.', Enumerable.Range(0, Entry<Number>.Words).Select(i => $"{word(i):x}"));

    private static string Variable(Taken taken, string name) => taken.Thing.Length == 0 ? name : taken.Thing;
}
