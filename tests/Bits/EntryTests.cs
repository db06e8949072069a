// An entry is eight words that are set and compared one by one.

using Verify.Bits;
using Xunit;

namespace Verify.Tests.Bits;

public class EntryTests
{
    private static readonly Entry<Number> Full = Entry.Of(1, 2, 3, 4, 5, 6, 7, 8);

    [Fact]
    public void An_entry_takes_eight_words()
    {
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            Assert.Equal((ulong)i + 1, Full[i].Value);
        }
    }

    [Fact]
    public void Words_that_are_not_given_are_zero()
    {
        var entry = Entry.Of(7);
        Assert.Equal(7UL, entry[0].Value);
        Assert.Equal(0UL, entry[1].Value);
        Assert.Equal(0UL, entry[7].Value);
    }

    [Fact]
    public void An_entry_refuses_a_ninth_word()
    {
        var error = Assert.Throws<ArgumentException>(() => Entry.Of(1, 2, 3, 4, 5, 6, 7, 8, 9));
        Assert.Equal("an entry has 8 words, 9 were given", error.Message);
    }

    [Fact]
    public void With_changes_one_word_of_a_copy()
    {
        var changed = Full.With(3, new Number(0xff));
        Assert.Equal(0xffUL, changed[3].Value);
        Assert.Equal(4UL, Full[3].Value);
        Assert.True(Entry.Same(Full, changed.With(3, new Number(4))));
    }

    [Fact]
    public void Entries_are_the_same_when_every_word_is()
    {
        Assert.True(Entry.Same(Full, Entry.Of(1, 2, 3, 4, 5, 6, 7, 8)));
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            Assert.False(Entry.Same(Full, Full.With(i, new Number(0))), $"word {i} differs");
        }
    }
}
