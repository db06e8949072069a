// What the visited set is meant to be: a set, to which threads add keys one at a time.

using Verify.Transitions;

namespace Verify.Model.VisitedSet;

/// <summary>What a thread has been told about the key it is adding.</summary>
public enum Answer : byte
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It was there already.</summary>
    Known,

    /// <summary>It is new.</summary>
    New,
}

/// <summary>A set and the threads that add to it.</summary>
public struct AtomicSetState
{
    /// <summary>The keys in the set, a bit each.</summary>
    public byte Keys;

    /// <summary>How many of its keys each thread has added.</summary>
    public ByThread Added;

    /// <summary>What each has been told about the next one, an <see cref="Answer"/>.</summary>
    public ByThread Told;
}

/// <summary>A set to which threads add keys, each at one instant between the beginning and the end of the call.</summary>
/// <param name="programs">The keys that each thread adds, in order.</param>
public readonly struct AtomicSet(byte[][] programs) : ITransitionSystem<AtomicSetState>
{
    private enum Act : ushort
    {
        Add,
        Return,
    }

    private static readonly string[] _actions = ["add", "return"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    /// <summary>What a state of the table stands for: a key is in the set from the moment that a lane holds it, and its thread knows.</summary>
    public static AtomicSetState Image(in VisitedSetState state)
    {
        AtomicSetState image = default;
        for (int slot = 0; slot < state.Buckets * VisitedSetModel.Lanes; slot++)
        {
            image.Keys |= (byte)(1 << state.Keys[slot] & ~1);
        }
        for (int thread = 0; thread < VisitedSetModel.MostThreads; thread++)
        {
            image.Added[thread] = state.Added[thread];
            image.Told[thread] = (byte)((Pc)state.Pc[thread] switch
            {
                Pc.Count or Pc.Publish => Answer.New,
                Pc.Await => Answer.Known,
                _ => Answer.None,
            });
        }
        return image;
    }

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<AtomicSetState>, allows ref struct
    {
        AtomicSetState start = default;
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in AtomicSetState state, ref TSink sink)
        where TSink : struct, ISink<AtomicSetState>, allows ref struct
    {
        for (int thread = 0; thread < programs.Length; thread++)
        {
            if (state.Told[thread] != (byte)Answer.None)
            {
                ref AtomicSetState next = ref sink.From(in state);
                next.Told[thread] = (byte)Answer.None;
                next.Added[thread]++;
                sink.Add(new Step((ushort)Act.Return, (short)thread));
            }
            else if (state.Added[thread] < programs[thread].Length)
            {
                int key = 1 << programs[thread][state.Added[thread]];
                ref AtomicSetState next = ref sink.From(in state);
                next.Told[thread] = (byte)((state.Keys & key) == 0 ? Answer.New : Answer.Known);
                next.Keys |= (byte)key;
                sink.Add(new Step((ushort)Act.Add, (short)thread));
            }
        }
    }

    /// <inheritdoc/>
    public void Describe(in AtomicSetState state, IStateText text)
    {
        int keys = state.Keys;
        text.Field("set", $"{{{string.Join(", ", Enumerable.Range(1, VisitedSetModel.MostKeys).Where(key => (keys >> key & 1) != 0))}}}");
        for (int thread = 0; thread < programs.Length; thread++)
        {
            string told = (Answer)state.Told[thread] switch { Answer.New => ", the next one is new", Answer.Known => ", the next one is known", _ => "" };
            text.Field($"T{thread}", $"{state.Added[thread]} added{told}");
        }
    }

    /// <inheritdoc/>
    public ActionText Say(in AtomicSetState before, Step step) => (Act)step.Kind == Act.Return
        ? new($"T{step.A}", "return")
        : new($"T{step.A}", "add", ("key", $"{programs[step.A][before.Added[step.A]]}"));

    /// <inheritdoc/>
    public ulong Rank(in AtomicSetState state) => 0;

    /// <inheritdoc/>
    public bool IsFinal(in AtomicSetState state) => true;
}
