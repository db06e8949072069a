// The page of findings: every entry names a trace, or a claim that no run shows, and what real versions violate is named.

using System.Text.RegularExpressions;
using Verify.Properties;
using Verify.Properties.Ioasid;
using Xunit;

namespace Verify.Tests.Ioasid;

public partial class FindingsTests
{
    private static readonly string[] _lines = File.ReadAllLines(Path.Combine(Repository.Root, "model", "Ioasid", "FINDINGS.md"));

    [Fact]
    public void Every_entry_of_a_table_names_a_trace_or_a_claim_that_no_run_shows()
    {
        string[] claims = [.. Catalogue.Systems.Where(system => system.Name.StartsWith("ioasid", StringComparison.Ordinal)).SelectMany(system => system.Claims).Select(claim => $"`{claim.Name}`")];
        Assert.DoesNotContain(_lines, line => EntryPattern().IsMatch(line) && !TracePattern().IsMatch(line) && !claims.Any(line.Contains));
        Assert.Contains(_lines, EntryPattern().IsMatch);
    }

    // What v2, v3, V4 and the document as written violate is there to be read about.
    [Fact]
    public void What_the_posted_versions_violate_is_on_the_page()
    {
        string[] versions = ["v2", "v3", "v4", "document", "document-locked", "document-unlocked"];
        string text = string.Join('\n', _lines);
        var missing = from variant in SetCatalogue.System.Variants
                      where versions.Contains(variant.Name)
                      from claim in variant.Violated.Keys
                      let alike = versions.Select(version => $"`ioasid-{version}-{claim}`").Append($"`{claim}`")
                      where !alike.Any(text.Contains)
                      select $"{variant.Name} {claim}";
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"`(ioasid-[A-Za-z0-9.-]+-[A-Z][A-Za-z0-9]+)(\.json)?`")]
    private static partial Regex TracePattern();

    [GeneratedRegex(@"^\| [A-Z][A-Z0-9-]*[0-9] \|")]
    private static partial Regex EntryPattern();
}
