// What a command has to work with besides its arguments.

using Verify.Properties;

namespace Verify.Cli;

/// <summary>One run of the program: where its results and its progress go, what it can check, and how it is stopped.</summary>
/// <param name="Out">Results.</param>
/// <param name="Err">Progress and errors.</param>
/// <param name="Catalogue">The systems.</param>
/// <param name="Tables">The tables that `verify decode` reads.</param>
/// <param name="Live">True when <paramref name="Err"/> is a terminal on which progress may be redrawn.</param>
/// <param name="Cancel">Asks for a clean stop: Ctrl-C.</param>
public sealed record Invocation(
    TextWriter Out,
    TextWriter Err,
    IReadOnlyList<SystemEntry> Catalogue,
    IReadOnlyDictionary<string, Func<ReadOnlyMemory<ulong>, IReadOnlyList<string>>> Tables,
    bool Live,
    CancellationToken Cancel);
