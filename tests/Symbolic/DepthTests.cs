// Terms far deeper than any stack.

using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

[Trait("Speed", "Slow")]
public class DepthTests
{
    private const int Deep = 100_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_deep_chain_is_built_printed_and_evaluated(int kind)
    {
        using var pool = TermPool.Open();
        var (chain, expected) = (TermWord.Variable("x"), 0x123456789abcdef0UL);
        var assignment = new Assignment();
        assignment.Set("x", expected);
        for (var i = 0; i < Deep; i++)
        {
            assignment.Set($"y{i % 7}", (ulong)i * 0x9e3779b97f4a7c15);
        }

        for (var i = 0; i < Deep; i++)
        {
            var name = $"y{i % 7}";
            (chain, expected) = Link(kind, i, chain, TermWord.Variable(name), expected, assignment.Word(name));
        }

        Assert.Equal(expected, new Valuation(assignment).Of(chain));
        var obligation = new Obligation("deep", [], TermWord.Same(chain & TermWord.Constant(0xff), TermWord.Constant(3)));
        Assert.Equal((expected & 0xff) == 3, obligation.IsSatisfiedBy(assignment));
        Assert.True(obligation.Text.Length > Deep);
        Assert.True(obligation.Text.Split('\n').Max(line => line.Length) < 1000);
    }

    [Fact]
    public void A_long_conjunction_is_asserted_part_by_part()
    {
        using var pool = TermPool.Open();
        var (all, any) = (TermBit.Constant(true), TermBit.Constant(false));
        for (var i = 0; i < Deep; i++)
        {
            all &= TermBit.Variable($"p{i}");
            any |= TermBit.Variable($"q{i}");
        }

        var text = new Obligation("long", [], all & any).Text;
        Assert.Contains("\n(assert p99999)\n(assert t1)\n(check-sat)\n", text);
        Assert.Contains("(or q0 q1 q2 ", text);
    }

    // Each link is of a form that no rule takes away, or that rules would follow down the whole chain if they could.
    private static (TermWord, ulong) Link(int kind, int i, TermWord chain, TermWord y, ulong x, ulong value) => kind switch
    {
        0 => (~(chain & ~(y ^ (chain << 1))), ~(x & ~(value ^ (x << 1)))),
        1 => i % 2 == 0 ? (chain << 3, x << 3) : ((chain >>> 2) | (y & TermWord.Constant(7)), (x >> 2) | (value & 7)),
        2 => (TermWord.If(TermWord.Below(y, chain), chain ^ y, TermWord.Constant((ulong)i)), value < x ? x ^ value : (ulong)i),
        _ => (TermWord.If(TermWord.Below(y, chain), TermWord.Constant((ulong)i), chain), value < x ? (ulong)i : x),
    };
}
