// Short ways to state claims in tests.

using Verify.Engine;

namespace Verify.Tests.Engine;

internal static class Claims
{
    public static Claim Named(string name, PropertyKind kind = PropertyKind.Invariant) => new(name, kind, $"{name}.", "test");

    public static Invariant<T> Always<T>(string name, StatePredicate<T> holds, StatePredicate<T>? when = null)
        where T : unmanaged => new(Named(name), when, holds, (in T state) => $"{name} fails");

    public static ActionProperty<T> EachStep<T>(string name, StepPredicate<T> holds, StepPredicate<T>? when = null)
        where T : unmanaged =>
        new(Named(name, PropertyKind.Action), when, holds, (in T _, Verify.Transitions.Step step, in T _) => $"{name} fails by {step.Kind}");

    public static Reachable<T> Reaches<T>(string name, string[] goals, GoalsMet<T> met)
        where T : unmanaged => new(Named(name, PropertyKind.Reachable), goals, met);

    public static NoDeadlock<T> NoDeadlock<T>()
        where T : unmanaged => new(Named("NoDeadlock"));
}
