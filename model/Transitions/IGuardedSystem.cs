// How a model says why a step cannot be taken: the guard, in the words of the field.

namespace Verify.Transitions;

/// <summary>A transition system that gives reasons: to whoever follows a script and is refused, and not while exploring.</summary>
public interface IGuardedSystem<TState> : ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>
    /// Why a step is not enabled, as an expert would say it: "L is held by CPU1", "PASID 1 is FREE_PENDING"; also that this variant has no such operation. Null where there
    /// is nothing to say. It is asked of steps that are not enabled only, with names as <see cref="ITransitionSystem{TState}.Say"/> gives them, which need not be ones it knows.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="lane">Who would act; empty where anybody might.</param>
    /// <param name="action">What would be done.</param>
    /// <param name="arguments">Those arguments that were given, by name.</param>
    string? WhyNot(in TState state, string lane, string action, IReadOnlyDictionary<string, string> arguments);
}
