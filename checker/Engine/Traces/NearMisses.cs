// "Did you mean": the known names that are close to one that is not known.

namespace Verify.Engine.Traces;

/// <summary>Finds the names a user may have meant.</summary>
public static class NearMisses
{
    private const int Shown = 3;

    /// <summary>
    /// The one-line complaint about an unknown name: what it was, and the names close to it, or all that there are where none is close.
    /// </summary>
    public static string Complaint(string what, string given, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct()];
        string[] near = Near(given, names);
        string advice = near.Length > 0 ? $"did you mean {string.Join(" or ", near)}?"
            : names.Length > 0 ? $"known: {string.Join(", ", names)}"
            : "there are none";
        return $"unknown {what} {OneLine.Quote(given)}; {advice}";
    }

    /// <summary>The names within a third of their length of <paramref name="given"/>, or that contain it; closest first.</summary>
    public static string[] Near(string given, IReadOnlyList<string> known)
    {
        string lower = given.ToLowerInvariant();
        return [.. known
            .Select(name => (Name: name, Distance: Closeness(lower, name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(2, candidate.Name.Length / 3) && candidate.Distance < candidate.Name.Length)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(Shown)
            .Select(candidate => candidate.Name)];
    }

    // A name of which three letters or more were given in one piece counts as one slip away.
    private static int Closeness(string given, string name) =>
        given.Length >= 3 && name.Contains(given, StringComparison.Ordinal) ? Math.Min(1, EditDistance(given, name)) : EditDistance(given, name);

    /// <summary>The least number of insertions, deletions, replacements and swaps of neighbours between two texts.</summary>
    public static int EditDistance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0 ? i + j
                    : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
