// The workloads: the classics at sizes that count, and models of our own that take about a second.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.Classics;
using Verify.Transitions;

namespace Verify.Benchmarks;

/// <summary>The workloads of the benchmark.</summary>
internal static class Suite
{
    /// <summary>The claim about the filter lock.</summary>
    public static Invariant<FilterLockState> MutualExclusion { get; } =
        Always("MutualExclusion", (in FilterLockState state) => FilterLock.InCriticalSection(in state) <= 1);

    /// <summary>Nobody starves in the filter lock, as long as each process that has entered goes on.</summary>
    /// <param name="processes">How many there are.</param>
    public static LeadsTo<FilterLockState> NoStarvation(int processes) => new(
        new Claim("NoStarvation", PropertyKind.LeadsTo, "Who has entered gets in.", "Peterson 1981"),
        (in FilterLockState state) => state.Level[0] > 0,
        (in FilterLockState state) => state.Level[0] == 0,
        [.. Enumerable.Range(0, processes).Select(i =>
            new Fairness<FilterLockState>($"P{i}", Strength.Weak, (in FilterLockState before, Step step, in FilterLockState _) => step.A == i && before.Level[i] > 0))]);

    /// <summary>What every tool finishes in seconds. Context descriptors are not among them: their largest model takes 0.1 s.</summary>
    public static IReadOnlyList<Workload> Default { get; } =
    [
        Lock(6),
        Readers(20),
        Ring(12),
        Workload.OfCatalogue("smmu-ste", "7.0", "large"),
        Workload.OfCatalogue("smmu-ste", "entry-sync-64", "large"),
        Workload.OfCatalogue("smmu-stream", "6.11-no-cfgi-cd", "large"),
    ];

    /// <summary>What takes some tools minutes.</summary>
    public static IReadOnlyList<Workload> Large { get; } =
    [
        Lock(7),
        Readers(22),
        Workload.OfCatalogue("ioasid-core", "5.11", "large", Reductions.Symmetry, 9_351_869),
        Workload.OfCatalogue("ioasid", "repaired", "large", Reductions.Symmetry, 3_877_671),
        Workload.OfCatalogue("ioasid", "v4", "large", Reductions.Symmetry, 51_190_112),
        Workload.OfCatalogue("ioasid-life", "repaired", "large", Reductions.Symmetry, 3_924_492),
        Workload.OfCatalogue("ioasid-native", "document", "large", Reductions.Symmetry, 2_609_987),
    ];

    /// <summary>What takes a fraction of a second, for running it thousands of times.</summary>
    public static IReadOnlyList<Workload> Small { get; } =
    [
        Lock(4),
        Lock(5),
        Readers(14),
        Ring(8),
        Workload.OfCatalogue("smmu-ste", "6.9", "small"),
        Workload.OfCatalogue("smmu-cd", "7.0", "small"),
        Workload.OfCatalogue("smmu-stream", "6.11-no-cfgi-cd", "small"),
    ];

    private static Workload Lock(int processes) => Workload.Classic(
        "filter-lock",
        processes,
        new FilterLock(processes),
        MutualExclusion);

    private static Workload Readers(int processes) => Workload.Classic(
        "readers-writers",
        processes,
        new ReadersWriters(processes),
        Always<ReadersWritersState>("WritersAreAlone", ReadersWriters.WritersAreAlone));

    private static Workload Ring(int processes)
    {
        var model = new RingElection(processes);
        return Workload.Classic(
            "ring-election",
            processes,
            model,
            Always("OneLeader", (in RingElectionState state) => RingElection.Leaders(in state) <= 1),
            Always("TheLargest", (in RingElectionState state) => model.TheLargest(in state)));
    }

    private static Invariant<TState> Always<TState>(string name, StatePredicate<TState> holds)
        where TState : unmanaged => new(new Claim(name, PropertyKind.Invariant, name, "model/Classics"), null, holds, (in TState _) => "");
}
