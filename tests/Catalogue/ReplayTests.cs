// Every recorded counterexample replays, and what was changed in one does not.

using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Catalogues;

public class ReplayTests
{
    // A subject of smmu-ste takes a while to open.
    public static TheoryData<string> OfStes => Recorded(file => file.StartsWith("smmu-ste-", StringComparison.Ordinal));

    public static TheoryData<string> Others => Recorded(file => !file.StartsWith("smmu-ste-", StringComparison.Ordinal));

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(OfStes))]
    public void A_recorded_counterexample_of_stes_replays(string file) => Replay(file);

    [Theory]
    [MemberData(nameof(Others))]
    public void A_recorded_counterexample_replays(string file) => Replay(file);

    [Fact]
    public void A_trace_of_the_repaired_variant_does_not_replay()
    {
        // The 6.15 break of B1 needs the masks without safe bits; with them the first store is another one.
        var trace = TraceFile.Read(Path.Combine(Repository.Counterexamples, "smmu-ste-6.15-HitlessWhenPossible.json"));
        var repaired = trace with { Variant = "7.0" };
        Assert.Throws<TraceException>(() => Open(repaired).Replay(repaired));
    }

    private static TheoryData<string> Recorded(Func<string, bool> which) =>
        [.. Directory.GetFiles(Repository.Counterexamples, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Counterexamples, file)).Where(which).Order()];

    private static void Replay(string file)
    {
        var trace = TraceFile.Read(Path.Combine(Repository.Counterexamples, file));
        Assert.Equal(trace.Failed, Open(trace).Replay(trace));
    }

    private static ISubject Open(TraceDocument trace) =>
        Catalogue.Systems.Single(system => system.Name == trace.System)
            .Variants.Single(variant => variant.Name == trace.Variant).Open(trace.Scope);
}
