// Obligations as text: readable, the same each time, and understood by solvers.

using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

public class PrinterTests
{
    [Fact]
    public void An_obligation_reads_like_this() => Assert.Equal(
        """
        ; sample
        ; An entry keeps its
        ; used bits.
        ; unsat: it holds. sat: the values of the variables refute it.
        (set-logic QF_BV)
        (declare-const from.w0 (_ BitVec 64))
        (declare-const from.w1 (_ BitVec 64))
        (declare-const to.w0 (_ BitVec 64))
        (declare-const new Bool)
        (define-fun from.t1 () (_ BitVec 64) (bvor from.w0 (bvshl from.w1 #x0000000000000004)))
        (define-fun view.w0 () (_ BitVec 64) (ite new to.w0 from.t1))
        (assert (not (= (bvand view.w0 #x000000000000000e) #x000000000000000a)))
        (assert (= (bvand view.w0 #x0000000000000001) #x0000000000000000))
        (assert (or new (bvult (bvnot view.w0) (bvxor to.w0 from.t1))))
        (check-sat)

        """,
        Sample().Text);

    [Fact]
    public void The_same_term_gives_the_same_bytes() => Assert.Equal(Sample().Text, Sample().Text);

    [Fact]
    public void Variables_come_in_the_order_in_which_they_were_made_and_are_asked_for()
    {
        var obligation = Sample();
        Assert.Equal(["from.w0", "from.w1", "to.w0", "new"], obligation.Variables);
        Assert.Equal("(get-value (from.w0 from.w1 to.w0 new))\n", obligation.ModelRequest);
    }

    [Theory]
    [InlineData(true, "(assert true)")]
    [InlineData(false, "(assert false)")]
    public void A_constant_needs_no_variables(bool value, string assertion)
    {
        using var pool = TermPool.Open();
        var obligation = new Obligation("constant", [], TermBit.Constant(value));
        Assert.Contains($"(set-logic QF_BV)\n{assertion}\n(check-sat)\n", obligation.Text);
        Assert.Equal("", obligation.ModelRequest);
        Assert.IsType(value ? typeof(SolverAnswer.Sat) : typeof(SolverAnswer.Unsat), Machine.Z3.Check(obligation, Machine.Long, default));
    }

    [Fact]
    public void Names_that_are_taken_get_a_number()
    {
        using var pool = TermPool.Open();
        var (x, y) = (TermWord.Variable("x"), TermWord.Variable("t1"));
        var both = (x & y).Named("x");
        var either = (x | y).Named("x");
        var shared = TermWord.Below(x, y);
        var text = new Obligation("names", [], TermWord.Below(both, either) & (shared ^ TermBit.Variable("p")) & (shared ^ TermBit.Variable("q"))).Text;
        Assert.Contains("(define-fun x.2 () (_ BitVec 64) (bvand x t1))", text);
        Assert.Contains("(define-fun x.3 () (_ BitVec 64) (bvor x t1))", text);
        Assert.Contains("(define-fun t2 () Bool (bvult x t1))", text);
    }

    [Fact]
    public void A_comment_cannot_become_a_command()
    {
        using var pool = TermPool.Open();
        var text = new Obligation("a\n(exit)", ["b\r\n(exit)", "c"], TermBit.Variable("p")).Text;
        Assert.DoesNotContain("\n(exit)", text);
        Assert.DoesNotContain('\r', text);
    }

    private static Obligation Sample()
    {
        using var pool = TermPool.Open();
        var (from, to) = (TermWord.Entry("from", 2), TermWord.Entry("to", 1));
        var choice = TermBit.Variable("new");
        var old = from[0] | (from[1] << 4);
        var view = TermWord.If(choice, to[0], old).Named("view.w0");
        var invalid = TermWord.Same(view & TermWord.Constant(1), TermWord.Constant(0));
        var other = choice | TermWord.Below(~view, old ^ to[0]);
        var config = !TermWord.Same((view >>> 1) & TermWord.Constant(7), TermWord.Constant(5));
        return new Obligation("sample", ["An entry keeps its", "used bits."], invalid & other & config);
    }
}
