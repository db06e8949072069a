// The catalogue by other means: no store, number of threads or memory limit may change a count or a verdict.

using Verify.Engine;
using Verify.Tests.Cli;
using Xunit;

namespace Verify.Tests.Catalogues;

[Collection(MatrixCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class MeansTests(Matrix matrix) : IDisposable
{
    // With less than this, the larger models of the catalogue do not fit.
    private const long LittleMemory = 3 << 19;

    // What has more states takes minutes by these means, and shows nothing that the others do not; the benchmarks check counts of tens of millions.
    private const long Most = 100_000;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_exact_store_and_two_threads_find_the_same() => Compare(new ExploreOptions { Store = StoreKind.Exact, Threads = 2 }, _ => true);

    [Fact]
    public void A_memory_that_does_not_suffice_finds_the_same() =>
        Assert.True(
            Compare(new ExploreOptions { MemoryBytes = LittleMemory, ScratchDirectory = scratch.Root }, IsDecidedOnDisk) > 10, "hardly anything went to disk");

    // The graph of states and steps must be in memory.
    private static bool IsDecidedOnDisk(Claim claim) => claim.Kind is not (PropertyKind.LeadsTo or PropertyKind.Eventually or PropertyKind.NoLivelock);

    // Returns how many explorations used the disk.
    private int Compare(ExploreOptions options, Predicate<Claim> isCompared)
    {
        var differing = new List<string>();
        int spilled = 0;
        Parallel.ForEach(matrix.Rows.Where(row => row.Report.States <= Most), row =>
        {
            var other = row.Variant.Open("small").Explore(options);
            var (expected, found) = (Say(row.Report, isCompared), Say(other, isCompared));
            lock (differing)
            {
                spilled += other.ScratchBytes > 0 ? 1 : 0;
                differing.AddRange(expected == found ? [] : [$"{row.System.Name}/{row.Variant.Name}: {expected} became {found}"]);
            }
        });
        Assert.Empty(differing);
        return spilled;
    }

    // Which of several actions is the first to reach a state depends on the threads; that one of them does, not.
    private static string Say(ExplorationReport report, Predicate<Claim> isCompared) =>
        $"{report.States} {report.Transitions} {report.Depth} {report.Limit} {report.Actions.Sum(action => action.New)} "
        + string.Join(' ', report.Actions.Select(action => action.Fired)) + ' '
        + string.Join(' ', report.Outcomes.Where(outcome => isCompared(outcome.Claim)).Select(outcome => $"{outcome.Verdict}{(outcome.Vacuous ? " vacuous" : "")}"));
}
