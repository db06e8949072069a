// Where a check writes what it would need to go on, and where it goes on from.

using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>A directory with the checkpoint of one run, which no other run may use at the same time.</summary>
internal sealed class CheckpointDirectory : IDisposable
{
    private const string Suffix = ".checkpoint";

    private readonly string directory;
    private readonly string path;
    private readonly bool resumes;
    private readonly TimeSpan every;
    private readonly FileStream inUse;

    private CheckpointDirectory(string directory, bool resumes, TimeSpan every, Target target)
    {
        (this.directory, this.resumes, this.every) = (directory, resumes, every);
        path = Path.Combine(directory, string.Join('-', target.System.Name, target.Variant.Name, target.Scope.Replace(':', '-')) + Suffix);
        try
        {
            if (!resumes)
            {
                Directory.CreateDirectory(directory);
            }

            inUse = new FileStream(Path.Combine(directory, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot use {OneLine.Quote(directory)} for checkpoints: {OneLine.Of(refused.Message)}");
        }
    }

    /// <summary>Opens the directory that the options name; null for none.</summary>
    /// <param name="write">--checkpoint.</param>
    /// <param name="resume">--resume.</param>
    /// <param name="every">--checkpoint-every.</param>
    /// <param name="targets">What is checked.</param>
    /// <exception cref="UsageException">It cannot be used, holds a checkpoint that would be lost, or has none to go on from.</exception>
    public static CheckpointDirectory? Open(string? write, string? resume, TimeSpan every, IReadOnlyList<Target> targets)
    {
        if ((resume ?? write) is not { } directory)
        {
            return null;
        }

        if (resume is not null && write is not null)
        {
            throw new UsageException("--resume goes on writing checkpoints where it finds one; give it without --checkpoint");
        }

        if (targets.Count > 1)
        {
            throw new UsageException($"a checkpoint is of one run; name one variant, for instance {targets[0].Name}");
        }

        var opened = new CheckpointDirectory(directory, resume is not null, every, targets[0]);
        try
        {
            opened.CheckContents();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The options of the run.</summary>
    /// <param name="tell">Where to say that a checkpoint could not be written.</param>
    public CheckpointOptions Options(Action<string> tell) => new(path, every)
    {
        Resume = resumes,
        BuiltFrom = [typeof(Properties.Catalogue).Assembly],
        Told = problem =>
        {
            if (problem is not null)
            {
                tell(OneLine.Of($"verify: {problem}; {(File.Exists(path) ? "the one before it is kept" : "there is none yet")}"));
            }
        },
    };

    /// <summary>What becomes of the checkpoint, for a line: a run that is finished needs none, and it is removed.</summary>
    /// <param name="target">What was checked.</param>
    /// <param name="limit">What ended the run early; null if nothing did.</param>
    public string Settle(Target target, string? limit)
    {
        if (limit is not null)
        {
            return File.Exists(path) ? $"to go on: verify check {target.Name} --scope {target.Scope} --resume {directory}"
                : $"no checkpoint was written to {directory}";
        }

        File.Delete(path);
        return "finished; the checkpoint was removed";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        inUse.Dispose();
        try
        {
            File.Delete(inUse.Name);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // An empty file that says nothing once nobody holds it.
        }
    }

    private void CheckContents()
    {
        string[] there = [.. Directory.EnumerateFiles(directory, "*" + Suffix).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
        if (!resumes && there.Length > 0)
        {
            throw new UsageException(
                $"{OneLine.Quote(directory)} holds {OneLine.Of(string.Join(", ", there))}; go on from it with --resume, remove it, or give another directory");
        }

        if (resumes && !File.Exists(path))
        {
            string has = there.Length == 0 ? "no checkpoint" : OneLine.Of(string.Join(", ", there));
            throw new UsageException($"{OneLine.Quote(directory)} has no {Path.GetFileName(path)}; it has {has}");
        }
    }
}
