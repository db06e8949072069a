// The solvers of the machine that runs the tests, and obligations to try them on.

using Verify.Symbolic;
using Xunit.Sdk;

namespace Verify.Tests.Symbolic;

/// <summary>Solvers that must be there: `make solvers` installs them. A test that needs a missing one fails and says what to install.</summary>
internal static class Machine
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static readonly Lazy<ISolver> InProcess = new(() => Solvers.Z3(out var problem) ?? throw new XunitException(problem));
    private static readonly Lazy<ISolver> Program = new(() => Solvers.Z3Program(out var problem) ?? throw new XunitException(problem));
    private static readonly Lazy<ISolver> Other = new(() => Solvers.Cvc5(out var problem) ?? throw new XunitException(problem));

    public static ISolver Z3 => InProcess.Value;

    public static ISolver Z3Program => Program.Value;

    public static ISolver Cvc5 => Other.Value;

    /// <summary>By the names that test data uses.</summary>
    public static ISolver Named(string name) => name switch
    {
        "library" => Z3,
        "z3" => Z3Program,
        _ => Cvc5,
    };

    /// <summary>x = 5 and p: satisfiable.</summary>
    public static Obligation Satisfiable()
    {
        using var pool = TermPool.Open();
        var five = TermWord.Same(TermWord.Variable("x.w0"), TermWord.Constant(5));
        return new Obligation("five", ["x is 5."], five & TermBit.Variable("p"));
    }

    /// <summary>x is below y, and y below x: unsatisfiable, and no rule of ours sees that.</summary>
    public static Obligation Unsatisfiable()
    {
        using var pool = TermPool.Open();
        var (x, y) = (TermWord.Variable("x"), TermWord.Variable("y"));
        return new Obligation("order", ["Below is an order."], TermWord.Below(x, y) & TermWord.Below(y, x));
    }

    /// <summary>
    /// One pigeon more than holes: unsatisfiable, and beyond every solver that searches by resolution (Haken, "The intractability of
    /// resolution", 1985).
    /// </summary>
    public static Obligation Pigeons(int holes = 30)
    {
        using var pool = TermPool.Open();
        var all = TermBit.Constant(true);
        for (var pigeon = 0; pigeon <= holes; pigeon++)
        {
            var housed = TermBit.Constant(false);
            for (var hole = 0; hole < holes; hole++)
            {
                var sits = TermBit.Variable($"p{pigeon}.h{hole}");
                housed |= sits;
                for (var other = 0; other < pigeon; other++)
                {
                    all &= !(sits & TermBit.Variable($"p{other}.h{hole}"));
                }
            }

            all &= housed;
        }

        return new Obligation("pigeons", ["Two pigeons share a hole."], all);
    }
}
