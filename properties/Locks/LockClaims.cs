// What is expected of locks, in words, and as the engine decides it.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.Locks;
using Verify.Transitions;

namespace Verify.Properties.Locks;

/// <summary>The claims about locks.</summary>
public static class LockClaims
{
    private const string MellorCrummeyScott = "Mellor-Crummey, Scott, ACM TOCS 9(1), 1991, section 2";
    private const string Lockdep = "Linux, Documentation/locking/lockdep-design.rst";

    /// <summary>One at a time.</summary>
    public static Claim MutualExclusion { get; } = new("MutualExclusion", PropertyKind.Invariant, "At most one CPU has the table.", MellorCrummeyScott);

    /// <summary>Nobody is stuck.</summary>
    public static Claim NobodyHangs { get; } = new("NobodyHangs", PropertyKind.Invariant, "Some CPU can always go on: no cycle of locks.", Lockdep);

    /// <summary>No starvation, whatever runs.</summary>
    public static Claim Served { get; } = new("Served", PropertyKind.LeadsTo,
        "A CPU that wants the table gets it, as long as every CPU that can always go on does so.", MellorCrummeyScott);

    /// <summary>No starvation with luck.</summary>
    public static Claim ServedWithLuck { get; } = new("ServedWithLuck", PropertyKind.LeadsTo,
        "A CPU that wants the table gets it, as long as every CPU that can go on again and again does so: it finds the lock free at the right time.", MellorCrummeyScott);

    /// <summary>No livelock.</summary>
    public static Claim SomebodyGetsIn { get; } = new("SomebodyGetsIn", PropertyKind.NoLivelock,
        "The CPUs do not go on for ever without one of them getting the table again and again.", MellorCrummeyScott);

    /// <summary>Non-vacuity.</summary>
    public static Claim LocksAreUsed { get; } = new("LocksAreUsed", PropertyKind.Reachable,
        "CPUs get the table, give it back, and want it while another one has it.", "non-vacuity of this model");

    /// <summary>All of them.</summary>
    /// <param name="model">The model.</param>
    internal static IReadOnlyList<Property<LockState>> Of(LockModel model) =>
    [
        new Invariant<LockState>(MutualExclusion, (in s) => Holding(in s) > 0, (in s) => Holding(in s) == 1, (in s) => $"{Holding(in s)} CPUs have the table"),
        new NoDeadlock<LockState>(NobodyHangs),
        Gets(Served, model, Strength.Weak),
        Gets(ServedWithLuck, model, Strength.Strong),
        new NoLivelock<LockState>(SomebodyGetsIn, (in before, step, in after) => LockModel.Enters(in before, in after, step),
            [new("some CPU", Strength.Weak, (in _, step, in _) => !LockModel.IsWant(step)) { IsSymmetric = true }])
        {
            IsSymmetric = true,
        },
        new Reachable<LockState>(LocksAreUsed, ["a CPU gets the table", "a CPU gives it back", "a CPU wants it while another has it"],
            (in s) => Holding(in s) > 0 && Waiting(in s) > 0 ? 4UL : 0)
        {
            Taken = (in before, step, in after) => LockModel.Enters(in before, in after, step) ? 1UL : LockModel.IsUnlock(step) ? 2UL : 0,
        },
    ];

    // All CPUs are alike, or mirror each other: of one it is asked.
    private static LeadsTo<LockState> Gets(Claim claim, LockModel model, Strength strength) => new(
        claim,
        (in s) => s.Pc[0] == (byte)LockPc.Wants,
        (in s) => s.Pc[0] == (byte)LockPc.Holds,
        [.. Enumerable.Range(0, model.Cpus).Select(cpu =>
            new Fairness<LockState>($"CPU{cpu}", strength, (in LockState _, Step step, in LockState _) => step.A == cpu && !LockModel.IsWant(step)))])
    {
        Explain = (in s) => $"CPU0 is at {(LockPc)s.Pc[0]}",
    };

    private static int Holding(in LockState state) => Count(in state, LockPc.Holds);

    private static int Waiting(in LockState state) => Count(in state, LockPc.Wants) + Count(in state, LockPc.Half);

    private static int Count(in LockState state, LockPc pc)
    {
        int count = 0;
        for (int cpu = 0; cpu < LockModel.MostCpus; cpu++)
        {
            count += state.Pc[cpu] == (byte)pc ? 1 : 0;
        }
        return count;
    }
}
