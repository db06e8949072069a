// The orbits of the states that a run with symmetry visits, counted by giving them all other names.

using Verify.Engine;
using Verify.Transitions;

namespace Verify.Tests.Engine.Reduction;

public static class Orbits
{
    /// <summary>How many states differ from one of those visited in names only.</summary>
    public static long SumOfSizes<TModel, TState>(TModel model)
        where TModel : struct, ISymmetricSystem<TState>
        where TState : unmanaged
    {
        var visited = new List<TState>();
        var collect = Claims.Always<TState>("collect", (in TState state) =>
        {
            visited.Add(state);
            return true;
        });
        new Explorer<TModel, TState>(model, [collect]).Run(new ExploreOptions { Reductions = Reductions.Symmetry });
        return visited.Sum(state => (long)Of<TModel, TState>(model, state).Count);
    }

    /// <summary>All states that differ from one in names only.</summary>
    public static IReadOnlyCollection<TState> Of<TModel, TState>(TModel model, TState state)
        where TModel : struct, ISymmetricSystem<TState>
        where TState : unmanaged
    {
        IReadOnlyList<IndexSet> sets = model.Symmetries;
        var orbit = new Dictionary<string, TState> { [Key(state)] = state };
        for (int set = 0; set < sets.Count; set++)
        {
            foreach (TState each in orbit.Values.ToList())
            {
                foreach (byte[] names in Permutations(sets[set].Count))
                {
                    TState renamed = each;
                    model.Rename(in each, set, names, ref renamed);
                    orbit[Key(renamed)] = renamed;
                }
            }
        }
        return orbit.Values;
    }

    /// <summary>The bytes of a state.</summary>
    public static unsafe string Key<TState>(TState state)
        where TState : unmanaged => Convert.ToHexString(new ReadOnlySpan<byte>(&state, sizeof(TState)));

    private static IEnumerable<byte[]> Permutations(int count) => count == 0
        ? [[]]
        : Permutations(count - 1).SelectMany(shorter => Enumerable.Range(0, count).Select(at => (byte[])[.. shorter[..at], (byte)(count - 1), .. shorter[at..]]));
}
