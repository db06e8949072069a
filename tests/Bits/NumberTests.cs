using Verify.Bits;
using Xunit;

namespace Verify.Tests.Bits;

public class NumberTests
{
    [Fact]
    public void An_entry_refuses_a_ninth_word() =>
        Assert.Throws<ArgumentException>(() => Entry.Of(1, 2, 3, 4, 5, 6, 7, 8, 9));
}
