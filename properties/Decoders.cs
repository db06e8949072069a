// What `verify decode` can read: in-memory tables, by the name they have on the command line.

namespace Verify.Properties;

/// <summary>Decoders of in-memory table entries.</summary>
public static class Decoders
{
    /// <summary>
    /// By table name (ste, cd): from the entry's words, w0 first and always all eight, to the lines to print: its fields, and what the
    /// hardware makes of it.
    /// </summary>
    public static IReadOnlyDictionary<string, Func<ReadOnlyMemory<ulong>, IReadOnlyList<string>>> Tables { get; } =
        new Dictionary<string, Func<ReadOnlyMemory<ulong>, IReadOnlyList<string>>>();
}
