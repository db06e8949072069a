// The attach model twice, side by side: with what hardware may hold taken at once, and with its moves as steps.

using Verify.Smmu.Attach;
using Verify.Transitions;

namespace Verify.Tests.Smmu.Attach;

/// <summary>A state of each.</summary>
public struct BothStates
{
    public AttachState Eager;
    public AttachState Explicit;
}

/// <summary>Steps of the driver are taken by both, moves of hardware by one. Where the other is final, it ends.</summary>
/// <param name="eager">Takes them at once.</param>
/// <param name="steps">Has them as steps.</param>
public readonly struct EagerAndExplicit(AttachModel eager, AttachModel steps) : ITransitionSystem<BothStates>
{
    public IReadOnlyList<string> Actions => steps.Actions;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<BothStates>, allows ref struct
    {
        var starts = new Collected([]);
        eager.Initial(ref starts);
        var count = starts.Moves.Count;
        steps.Initial(ref starts);
        for (var i = 0; i < count; i++)
        {
            sink.From(new BothStates { Eager = starts.Moves[i].After, Explicit = starts.Moves[count + i].After });
            sink.Add(Step.Init);
        }
    }

    public void Next<TSink>(in BothStates state, ref TSink sink)
        where TSink : struct, ISink<BothStates>, allows ref struct
    {
        var (ofEager, ofExplicit) = (new Collected([]), new Collected([]));
        eager.Next(in state.Eager, ref ofEager);
        steps.Next(in state.Explicit, ref ofExplicit);
        foreach (var (step, after) in ofExplicit.Moves)
        {
            var isHardware = steps.IsImplied(step);
            var same = isHardware ? -1 : ofEager.Moves.FindIndex(move => move.Step == step);
            if (isHardware || same >= 0)
            {
                ref var next = ref sink.From(in state);
                next.Explicit = after;
                next.Eager = same >= 0 ? ofEager.Moves[same].After : state.Eager;
                sink.Add(step);
            }
        }
    }

    public void Describe(in BothStates state, IStateText text) => steps.Describe(in state.Explicit, text);

    public ActionText Say(in BothStates before, Step step) => steps.Say(in before.Explicit, step);

    public ulong Rank(in BothStates state) => 0;

    public bool IsFinal(in BothStates state) => true;

    private readonly struct Collected(List<(Step Step, AttachState After)> moves) : ISink<AttachState>
    {
        private readonly AttachState[] _scratch = new AttachState[1];

        public List<(Step Step, AttachState After)> Moves => moves;

        public ref AttachState From(in AttachState state)
        {
            _scratch[0] = state;
            return ref _scratch[0];
        }

        public void Add(Step step) => moves.Add((step, _scratch[0]));
    }
}
