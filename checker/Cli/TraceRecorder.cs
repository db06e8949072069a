// Records counterexamples and says what became of each.

using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>Records counterexamples for the commands that find them.</summary>
internal static class TraceRecorder
{
    // Where a checkout keeps its counterexamples: an expected violation is there already.
    private const string Recorded = "counterexamples";

    /// <summary>Makes a directory, so that a run of hours does not end in a directory that cannot be made.</summary>
    /// <exception cref="UsageException">It cannot be made.</exception>
    public static void Prepare(string? directory)
    {
        if (directory is not null)
        {
            Try(directory, () => Directory.CreateDirectory(directory));
        }
    }

    /// <summary>The row with the file that holds its counterexample, which is recorded if need be; as it is where there is none.</summary>
    /// <param name="row">The verdict.</param>
    /// <param name="all">Where every counterexample is recorded; null for nowhere.</param>
    /// <param name="differing">Where those that were not expected are recorded when there is no <paramref name="all"/>; null for nowhere.</param>
    /// <param name="progress">Where to tell what became of it.</param>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static Row Keep(Row row, string? all, string? differing, ProgressDisplay progress)
    {
        if (row.Outcome.Counterexample is not { } trace)
        {
            return row;
        }

        string? directory = all ?? (row.Standing == Standing.Differs ? differing : null);
        return row with { Trace = directory is null ? TraceFile.Find(Recorded, trace) : Record(directory, trace, progress) };
    }

    /// <summary>Records the trace without replacing another, tells what became of it, and returns the file that holds it.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static string Record(string directory, TraceDocument trace, ProgressDisplay progress)
    {
        var recorded = Try(directory, () => TraceFile.Record(directory, trace));
        progress.Tell(recorded switch
        {
            { Written: false } => $"trace: {recorded.Path} already holds this run",
            { Kept: string kept } => $"trace: {kept} holds a different run and is kept; wrote {recorded.Path}",
            _ => $"trace: wrote {recorded.Path}",
        });
        return recorded.Path;
    }

    private static T Try<T>(string directory, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or TraceException)
        {
            throw new UsageException($"cannot record a trace in {OneLine.Quote(directory)}: {OneLine.Of(refused.Message)}");
        }
    }
}
