// The pages of findings: each trace that they name is recorded.

using System.Text.RegularExpressions;
using Xunit;

namespace Verify.Tests.Catalogues;

public partial class FindingsTests
{
    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "model"), "FINDINGS.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_trace_that_is_named_is_recorded(string page)
    {
        var named = TracePattern().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Directory.GetFiles(Repository.Counterexamples).Select(file => Path.GetFileNameWithoutExtension(file)!)));
    }

    [GeneratedRegex(@"`((?:ioasid|smmu|iommu)[A-Za-z0-9.-]+-[A-Z][A-Za-z0-9]+(?:\.[0-9])?)(?:\.json)?`")]
    private static partial Regex TracePattern();
}
