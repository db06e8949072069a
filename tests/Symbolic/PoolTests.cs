// Terms live in a pool that is open on a thread. Whoever gets that wrong is told so.

using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

public class PoolTests
{
    [Fact]
    public void Without_a_pool_nothing_can_be_built()
    {
        var error = Assert.Throws<InvalidOperationException>(() => TermWord.Variable("x"));
        Assert.Contains("using (TermPool.Open())", error.Message);
        Assert.Throws<InvalidOperationException>(() => TermWord.Constant(1));
        Assert.Throws<InvalidOperationException>(() => !default(TermBit));
    }

    [Fact]
    public void Terms_of_another_pool_are_refused()
    {
        TermWord old;
        using (TermPool.Open())
        {
            old = TermWord.Variable("x");
        }

        using var pool = TermPool.Open();
        var error = Assert.Throws<InvalidOperationException>(() => old & TermWord.Variable("x"));
        Assert.Equal("a term of another TermPool was used: x", error.Message);
    }

    [Fact]
    public void One_pool_is_open_at_a_time()
    {
        using (TermPool.Open())
        {
            Assert.Throws<InvalidOperationException>(TermPool.Open);
        }

        TermPool.Open().Dispose();
    }

    [Fact]
    public void A_pool_closes_once_and_on_its_thread()
    {
        var pool = TermPool.Open();
        Exception? error = null;
        var other = new Thread(() => error = Record.Exception(pool.Dispose));
        other.Start();
        other.Join();
        Assert.IsType<InvalidOperationException>(error);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<InvalidOperationException>(() => TermWord.Variable("x"));
    }

    [Fact]
    public void Terms_can_be_evaluated_after_their_pool_is_closed()
    {
        TermWord sum;
        using (TermPool.Open())
        {
            sum = TermWord.Variable("x") | TermWord.Variable("y");
        }

        var assignment = new Assignment();
        assignment.Set("x", 0xf0);
        assignment.Set("y", 0x0f);
        Assert.Equal(0xffUL, new Valuation(assignment).Of(sum));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("|x|")]
    [InlineData("3x")]
    [InlineData("x)")]
    [InlineData("x\n(assert false)")]
    [InlineData("and")]
    [InlineData("true")]
    [InlineData("bvand")]
    [InlineData("let")]
    public void A_name_that_would_mean_something_else_is_refused(string name)
    {
        using var pool = TermPool.Open();
        Assert.Throws<ArgumentException>(() => TermWord.Variable(name));
        Assert.Throws<ArgumentException>(() => TermBit.Variable(name));
        Assert.Throws<ArgumentException>(() => (TermWord.Variable("x") & TermWord.Variable("y")).Named(name));
    }

    [Fact]
    public void A_name_is_a_word_or_a_truth_value()
    {
        using var pool = TermPool.Open();
        _ = TermWord.Variable("x");
        var error = Assert.Throws<ArgumentException>(() => TermBit.Variable("x"));
        Assert.Equal("x is both a word and a truth value", error.Message);
    }
}
