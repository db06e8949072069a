// FsCheck drives models: it draws scopes and schedules, asks a claim along the way, and shrinks what fails.

using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Verify.Engine;
using Verify.Transitions;

namespace Verify.Tests.Engine.Driven;

/// <summary>Lets FsCheck drive a model.</summary>
internal static class Drive
{
    private const int MostChoices = 1 << 20;

    /// <summary>Schedules: up to so many choices, each the remainder of which says which of the enabled steps is taken.</summary>
    public static Gen<int[]> Schedules(int most) =>
        from length in Gen.Choose(0, most) from choices in Gen.ArrayOf(Gen.Choose(0, MostChoices), length) select choices;

    /// <summary>Sequences of operations at scopes, with how they shrink.</summary>
    /// <param name="scopes">The scopes.</param>
    /// <param name="most">Operations at most.</param>
    public static Arbitrary<Driven<TModel, TState>> Sequences<TModel, TState>(Gen<Scope<TModel>> scopes, int most)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged => Arb.From(
            from scope in scopes from schedule in Schedules(most) select Driven<TModel, TState>.ByChoices(scope, schedule),
            driven => driven.Smaller());

    /// <summary>Checks a claim along random runs. A failure says the seed, what fails, and the shrunk sequence in the model's words.</summary>
    /// <param name="runs">From <see cref="Sequences"/>.</param>
    /// <param name="claim">The claim about a model at its scope.</param>
    /// <param name="cases">How many runs.</param>
    /// <param name="failed">Hears of each run that fails; the last one is what it was shrunk to.</param>
    /// <param name="test">The test's name; filled in by the compiler.</param>
    public static void Check<TModel, TState>(
        Arbitrary<Driven<TModel, TState>> runs,
        Func<TModel, Property<TState>> claim,
        int cases = 200,
        Action<Driven<TModel, TState>>? failed = null,
        [CallerMemberName] string test = "")
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged => Seeds.Check(Prop.ForAll(runs, driven => Ask(driven, claim(driven.Scope.Model), failed)), cases, test);

    private static Property Ask<TModel, TState>(Driven<TModel, TState> driven, Property<TState> claim, Action<Driven<TModel, TState>>? failed)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        if (driven.Failure(claim) is not { } failure)
        {
            return true.ToProperty();
        }
        failed?.Invoke(driven);
        return false.Label(failure);
    }
}
