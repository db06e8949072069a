// A word of memory and a reader that holds copies of it, which it fetches one by one, or all at once with each store.

using System.Numerics;
using Verify.Transitions;

namespace Verify.Tests.Engine;

/// <summary>What memory holds, and which of its values the reader holds copies of: bit v for v.</summary>
public record struct Held(int Memory, int Copies)
{
    public readonly int Count => BitOperations.PopCount((uint)Copies);
}

/// <summary>Memory goes up to 3; at 2 all copies can be dropped.</summary>
/// <param name="isExplicit">Fetches are steps.</param>
/// <param name="dropsWell">Dropping drops everything, and not all but the copy of 0.</param>
public readonly struct FetchModel(bool isExplicit, bool dropsWell = true) : IUnfoldedSystem<Held>
{
    public const ushort Store = 0;
    public const ushort Drop = 1;
    public const ushort Fetch = 2;
    public const ushort Read = 3;

    private static readonly string[] _actions = ["store", "drop copies", "fetch", "read"];

    public IReadOnlyList<string> Actions => _actions;

    public bool IsImplied(Step step) => step.Kind == Fetch;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Held>, allows ref struct
    {
        sink.From(new Held(0, isExplicit ? 0 : 1));
        sink.Add(Step.Init);
    }

    public void Next<TSink>(in Held state, ref TSink sink)
        where TSink : struct, ISink<Held>, allows ref struct
    {
        if (state.Memory < 3)
        {
            ref Held next = ref sink.From(in state);
            next.Memory++;
            Settle(ref next);
            sink.Add(new Step(Store));
        }
        if (state.Memory == 2)
        {
            ref Held next = ref sink.From(in state);
            next.Copies = dropsWell ? 0 : next.Copies & 1;
            Settle(ref next);
            sink.Add(new Step(Drop));
        }
        if (isExplicit && (state.Copies >> state.Memory & 1) == 0)
        {
            sink.From(in state).Copies |= 1 << state.Memory;
            sink.Add(new Step(Fetch));
        }
        for (int value = 0; isExplicit && value < 4; value++)
        {
            if ((state.Copies >> value & 1) != 0)
            {
                sink.From(in state);
                sink.Add(new Step(Read, (short)value));
            }
        }
    }

    private void Settle(ref Held state) => state.Copies |= isExplicit ? 0 : 1 << state.Memory;

    public void Describe(in Held state, IStateText text)
    {
        text.Field("memory", $"{state.Memory}");
        text.Field("copies", $"{state.Copies:b}");
    }

    public ActionText Say(in Held before, Step step) => step.Kind switch
    {
        Fetch => new("reader", _actions[Fetch]) { From = "memory" },
        Read => new("reader", _actions[Read], ("value", $"{step.A}")),
        _ => new("writer", _actions[step.Kind]) { To = "memory" },
    };

    public ulong Rank(in Held state) => 0;

    public bool IsFinal(in Held state) => true;
}
