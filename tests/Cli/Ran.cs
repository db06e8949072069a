// One run of the program inside the test process.

using Verify.Cli;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Cli;

/// <summary>What a run of the program gave.</summary>
internal sealed record Ran(int Status, string Out, string Err)
{
    public static Ran Verify(IReadOnlyList<SystemEntry> catalogue, params string[] args)
    {
        var (results, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        int status = Program.Run(args, results, errors, catalogue);
        return new(status, results.ToString(), errors.ToString());
    }

    public static Ran Verify(Invocation invocation, params string[] args)
    {
        int status = Program.Run(args, invocation);
        return new(status, invocation.Out.ToString()!, invocation.Err.ToString()!);
    }

    public static Invocation Invocation(IReadOnlyList<SystemEntry> catalogue) => new(
        new StringWriter { NewLine = "\n" },
        new StringWriter { NewLine = "\n" },
        catalogue,
        new Dictionary<string, Func<ReadOnlyMemory<ulong>, IReadOnlyList<string>>>
        {
            ["ste"] = words => [$"{words.Length} words, last {words.Span[^1]:x}, first {words.Span[0]:x}"],
            ["cd"] = _ => ["a CD"],
        },
        Live: false,
        CancellationToken.None);

    /// <summary>Asserts that the run ended with status 2 and one line on standard error that has all of these words.</summary>
    public void RefusedWith(params string[] words)
    {
        Assert.Equal(2, Status);
        Assert.StartsWith("verify: ", Err);
        Assert.Equal(Err.Length - 1, Err.IndexOf('\n'));
        Assert.DoesNotContain("   at ", Err);
        Assert.All(words, word => Assert.Contains(word, Err));
    }
}

/// <summary>A directory of the test's own, removed after it.</summary>
internal sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("verify-test-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string[] Names => [.. Directory.EnumerateFileSystemEntries(Root).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
