// A file for what a run has found, which appears whole or not at all.

using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>A report that appears whole or not at all. It may replace an older report.</summary>
internal sealed class ReportFile : IDisposable
{
    private readonly string given;
    private readonly string path;
    private readonly string draft;
    private readonly FileStream stream;

    private ReportFile(string given)
    {
        this.given = given;

        // A device or a pipe is written to; to rename a file over it would replace it.
        string full = Path.GetFullPath(given);
        bool device = full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal);
        path = !device && new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
        draft = device ? path : $"{path}.{Environment.ProcessId}.tmp";
        stream = new FileStream(draft, device ? FileMode.Open : FileMode.Create, FileAccess.Write);
    }

    /// <summary>Opens the report now, so that a run of hours does not end in a file that cannot be written; null for no path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static ReportFile? Open(string? path, string option)
    {
        if (path is null)
        {
            return null;
        }

        if (Directory.Exists(path))
        {
            throw new UsageException($"cannot write {OneLine.Quote(path)}: it is a directory; give {option} a file");
        }

        return Try(path, () => new ReportFile(path));
    }

    /// <summary>Lets <paramref name="write"/> write it, and puts it in its place.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public void Write(Action<Stream> write) => Try(given, () =>
    {
        write(stream);
        stream.Dispose();
        if (draft != path)
        {
            File.Move(draft, path, overwrite: true);
        }

        return true;
    });

    /// <summary>Removes the draft where no report came of it.</summary>
    public void Dispose()
    {
        stream.Dispose();
        if (draft != path)
        {
            File.Delete(draft);
        }
    }

    private static T Try<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"cannot write {OneLine.Quote(path)}: {OneLine.Of(refused.Message)}");
        }
    }
}
