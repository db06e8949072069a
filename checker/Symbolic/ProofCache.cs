// Proofs that need not be done again. A cache may only ever save time, so it holds nothing that has to be believed: an entry counts if it is,
// byte by byte, what this very question would be answered with; anything else is as good as no entry.

using System.Security.Cryptography;
using System.Text;

namespace Verify.Symbolic;

/// <summary>
/// Remembers in a directory which obligations a solver answered with unsat, and asks the solver about all others. The directory may be
/// deleted at any time, shared by several processes, and read-only.
/// </summary>
/// <param name="solver">Who is asked. Its name and version are part of the question.</param>
/// <param name="directory">Where entries are kept; made when the first is written.</param>
public sealed class ProofCache(ISolver solver, string directory) : ISolver
{
    /// <inheritdoc/>
    public string Name => solver.Name;

    /// <inheritdoc/>
    public SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{solver.Name}\n{obligation.Text}")));
        var path = Path.Combine(directory, $"{hash}.proof");
        var entry = Encoding.UTF8.GetBytes($"verify-proof/1\nobligation {obligation.Name}\nsolver {solver.Name}\nsha256 {hash}\nunsat\n");
        if (IsThere(path, entry))
        {
            return new SolverAnswer.Unsat { IsFromCache = true };
        }

        var answer = solver.Check(obligation, limit, cancellation);
        if (answer is SolverAnswer.Unsat)
        {
            Write(path, entry);
        }

        return answer;
    }

    private static bool IsThere(string path, byte[] entry)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } file && file.Length == entry.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Under its name only when it is complete: a process that is killed here leaves no half entry.
    private void Write(string path, byte[] entry)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllBytes(unfinished, entry);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not remembered, then; the answer is the same.
        }
    }
}
