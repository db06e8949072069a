// Proof obligations as files, for solvers that this program does not know.

using System.Buffers;
using System.Text;

namespace Verify.Symbolic.Proofs;

/// <summary>Writes obligations as NAME.smt2, each whole or not at all, with the answer as :status where it is known.</summary>
/// <param name="directory">Where to; made when the first is written.</param>
internal sealed class ScriptDirectory(string directory)
{
    private const string Logic = "(set-logic QF_BV)\n";
    private const int Longest = 200;

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+");

    /// <summary>Refuses a name that is no file's on every system, or that an option could be mistaken for.</summary>
    /// <exception cref="ArgumentException">The name is refused.</exception>
    public static void CheckName(string name)
    {
        if (name.Length is 0 or > Longest || name.AsSpan().ContainsAnyExcept(Letters) || !char.IsAsciiLetterOrDigit(name[0]))
        {
            throw new ArgumentException(
                $"'{name}' cannot name an obligation: use at most {Longest} letters, digits, '.', '-', '_', '+', a letter or digit first");
        }
    }

    /// <summary>Writes one obligation, over a file that an earlier run left.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Write(Obligation obligation, SolverAnswer answer)
    {
        var path = Path.Combine(directory, $"{obligation.Name}.smt2");
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(directory);
        try
        {
            File.WriteAllText(unfinished, Text(obligation, answer), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            // Gone already, unless something went wrong.
            File.Delete(unfinished);
        }
    }

    private static string Text(Obligation obligation, SolverAnswer answer)
    {
        var status = answer switch
        {
            SolverAnswer.Sat => "(set-info :status sat)\n",
            SolverAnswer.Unsat => "(set-info :status unsat)\n",
            _ => "",
        };
        var at = obligation.Text.IndexOf(Logic, StringComparison.Ordinal) + Logic.Length;
        return obligation.Text.Insert(at, status);
    }
}
