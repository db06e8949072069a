// The solvers the program knows, where this machine has them.

using System.ComponentModel;
using System.Diagnostics;

namespace Verify.Symbolic;

/// <summary>Finds solvers. Each is null where it is missing, with a line that says what to install.</summary>
public static class Solvers
{
    private static readonly Lazy<(Z3Library? Library, string Problem)> Library = new(() =>
    {
        var library = Z3Library.TryLoad(Environment.GetEnvironmentVariable(Z3Library.Variable), out var problem);
        return (library, problem);
    });

    /// <summary>
    /// Z3 in this process, from the library that VERIFY_LIBZ3 names, or from beside the program, or from the system (Debian: libz3-4).
    /// </summary>
    public static ISolver? Z3(out string problem)
    {
        problem = Library.Value.Problem;
        return Library.Value.Library is { } library ? new Z3Solver(library) : null;
    }

    /// <summary>The program z3 on the PATH (Debian: z3).</summary>
    public static ISolver? Z3Program(out string problem) => Find("z3", "z3", out problem, "-in", "-smt2");

    /// <summary>
    /// The program cvc5 on the PATH (Debian: cvc5). On formulas about entries eager bit-blasting is two to five times as fast, and twice as fast again with
    /// truth values as bits, without simplification, and with the solver that has the least overhead.
    /// </summary>
    public static ISolver? Cvc5(out string problem) =>
        Find("cvc5", "cvc5", out problem, "--lang", "smt2", "--produce-models", "--bitblast=eager", "--simplification=none", "--bool-to-bv=all", "--bv-sat-solver=minisat", "-");

    private static PipedSolver? Find(string program, string package, out string problem, params IReadOnlyList<string> arguments)
    {
        if (VersionOf(program) is { } version)
        {
            problem = "";
            return new PipedSolver($"{program} {version}", program, arguments);
        }

        problem = $"{program} is not installed: apt-get install {package}";
        return null;
    }

    // The first thing that looks like a version in the first line: "Z3 version 4.8.12 - 64 bit", "This is cvc5 version 1.0.3".
    private static string? VersionOf(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            _ = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            var words = SmtReader.Split(output).First.Split(' ');
            return Array.Find(words, word => word.Length > 0 && char.IsAsciiDigit(word[0])) ?? "of unknown version";
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
