// Trace files on disk: reading them, and recording them without ever replacing one.

using System.Runtime.InteropServices;

namespace Verify.Engine.Traces;

/// <summary>What became of a trace that was to be recorded.</summary>
/// <param name="Path">The file that now holds it.</param>
/// <param name="Written">False when the file already held the same run.</param>
/// <param name="Kept">The file that holds a different run under the name the trace would have had; null when there was none.</param>
public sealed record RecordedTrace(string Path, bool Written, string? Kept);

/// <summary>Trace files on disk.</summary>
public static partial class TraceFile
{
    // A trace of a thousand steps with a hundred parts is about 10 MB; beyond this it is some other file, or a device that never ends.
    private const int LongestFile = 1 << 28;

    /// <summary>Reads a trace.</summary>
    /// <exception cref="TraceException">There is no such file, it cannot be read, or it is not a trace. The message does not repeat the path.</exception>
    public static TraceDocument Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new TraceException("is a directory; name a trace file in it");
        }

        try
        {
            using var file = File.OpenRead(path);
            using var bytes = new MemoryStream();
            byte[] chunk = new byte[1 << 16];
            for (int n; (n = file.Read(chunk)) > 0;)
            {
                bytes.Write(chunk, 0, n);
                if (bytes.Length > LongestFile)
                {
                    throw new TraceException($"longer than {LongestFile >> 20} MiB: not a trace");
                }
            }

            return TraceReader.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TraceException("no such file");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TraceException($"cannot be read: {OneLine.Of(unreadable.Message)}");
        }
    }

    /// <summary>The name under which a trace is recorded: SYSTEM-VARIANT-PROPERTY.json.</summary>
    public static string Name(TraceDocument trace) => Stem(trace) + ".json";

    /// <summary>
    /// Records <paramref name="trace"/> in <paramref name="directory"/>, which is made if need be. A recorded trace is evidence and is never
    /// replaced: where a different run has the name, the new one goes beside it as SYSTEM-VARIANT-PROPERTY.2.json, .3 and so on.
    /// </summary>
    /// <exception cref="IOException">The directory or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor by permission.</exception>
    /// <exception cref="TraceException">The trace has no JSON form; see <see cref="TraceWriter.Bytes"/>.</exception>
    public static RecordedTrace Record(string directory, TraceDocument trace)
    {
        byte[] bytes = TraceWriter.Bytes(trace);
        Directory.CreateDirectory(directory);
        string? kept = null;
        for (int number = 1; ; number++)
        {
            string path = Path.Combine(directory, number == 1 ? Name(trace) : $"{Stem(trace)}.{number}.json");
            if (!Path.Exists(path) && WriteNew(path, bytes))
            {
                return new(path, Written: true, kept);
            }

            if (HoldsSame(path, bytes))
            {
                return new(path, Written: false, kept);
            }

            kept ??= path;
        }
    }

    /// <summary>
    /// The file of <paramref name="directory"/>, or of a directory in it, that holds this very run under a name it would have been recorded by; null
    /// where there is none.
    /// </summary>
    public static string? Find(string directory, TraceDocument trace)
    {
        if (!Directory.Exists(directory))
        {
            return null;
        }

        byte[] bytes = TraceWriter.Bytes(trace);
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true };
        return Directory.EnumerateFiles(directory, $"{Stem(trace)}.*json", everywhere)
            .Where(path => IsNumbered(Path.GetFileNameWithoutExtension(path), Stem(trace)))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault(path => HoldsSame(path, bytes));
    }

    // STEM or STEM.2: "6.9" and "6.9.1" may both be variants.
    private static bool IsNumbered(string name, string stem) => name == stem || int.TryParse(name.AsSpan(stem.Length + 1), out _);

    // Whole or not at all: a run that is killed leaves no half trace behind, and a file that appears meanwhile stays.
    private static bool WriteNew(string path, byte[] bytes)
    {
        string draft = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp";
        try
        {
            File.WriteAllBytes(draft, bytes);
            // A link is refused where the name is taken, at the same instant; File.Move looks first and renames then.
            if (OperatingSystem.IsWindows() || Link(draft, path) != 0)
            {
                File.Move(draft, path, overwrite: false);
            }

            return true;
        }
        catch (IOException) when (Path.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    // Compared as runs, not as bytes: an editor may have added a line break.
    private static bool HoldsSame(string path, byte[] bytes)
    {
        try
        {
            return TraceWriter.Bytes(Read(path)).AsSpan().SequenceEqual(bytes);
        }
        catch (TraceException)
        {
            return false;
        }
    }

    private static string Stem(TraceDocument trace) => $"{Safe(trace.System)}-{Safe(trace.Variant)}-{Safe(trace.Property)}";

    private static string Safe(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
}
