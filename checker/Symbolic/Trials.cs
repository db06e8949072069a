// Values to try before a solver is asked, as a table: many rows, looked up by name once.

namespace Verify.Symbolic;

/// <summary>Values of the same variables, row by row. Others are 0 or false.</summary>
/// <param name="names">The variables: one column each, without repetition.</param>
/// <param name="rows">The values; truth values are 0 or 1.</param>
public sealed class Trials(IReadOnlyList<string> names, IReadOnlyList<ulong[]> rows)
{
    private readonly Dictionary<string, int> columns = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);

    /// <summary>Nothing to try.</summary>
    public static Trials None { get; } = new([], []);

    /// <summary>The rows.</summary>
    public IReadOnlyList<ulong[]> Rows => rows;

    /// <summary>The column of a variable; negative if it has none.</summary>
    public int Column(string variable) => columns.GetValueOrDefault(variable, -1);
}
