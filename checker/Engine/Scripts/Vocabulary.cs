// Which lanes, actions and arguments a model speaks of, for messages about a name that it does not.

using Verify.Transitions;

namespace Verify.Engine.Scripts;

/// <summary>The words of a model's steps, as far as a short search meets them. They are collected only once something has gone wrong.</summary>
/// <param name="model">The model.</param>
internal sealed class Vocabulary<TModel, TState>(TModel model)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>How many states are looked at.</summary>
    public const int MostStates = 20_000;

    private readonly Dictionary<(string Lane, string Action), HashSet<string>> _steps = [];
    private TModel _model = model;

    /// <summary>Whether all reachable states were looked at: what was not met then is never enabled.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The lanes.</summary>
    public IReadOnlyList<string> Lanes => [.. _steps.Keys.Select(step => step.Lane).Distinct()];

    /// <summary>The actions, those included that the model lists and that were not met.</summary>
    public IReadOnlyList<string> Actions => [.. _steps.Keys.Select(step => step.Action).Concat(_model.Actions).Distinct()];

    /// <summary>Who does something that a pattern names.</summary>
    public IReadOnlyList<string> LanesOf(string action) => [.. _steps.Keys.Where(step => step.Action == action).Select(step => step.Lane)];

    /// <summary>The arguments of the steps that a pattern names; empty where none was met.</summary>
    public IReadOnlyList<string> ArgumentsOf(StepPattern pattern) =>
        [.. _steps.Where(step => step.Key.Action == pattern.Action && (pattern.Lane ?? step.Key.Lane) == step.Key.Lane).SelectMany(step => step.Value).Distinct()];

    /// <summary>Whether a step was met that a pattern names.</summary>
    public bool Has(StepPattern pattern) => _steps.Keys.Any(step => step.Action == pattern.Action && (pattern.Lane ?? step.Lane) == step.Lane);

    /// <summary>Looks at states breadth first: from the run, then from the beginning.</summary>
    /// <param name="run">States that are looked at whatever there is besides.</param>
    public void Collect(IEnumerable<TState> run)
    {
        var seen = new HashSet<TState>(new ByBytes());
        var moves = new List<Move<TState>>();
        Successors<TState>.Initial(ref _model, moves);
        var queue = new Queue<TState>(run.Concat(moves.Select(move => move.State)).Where(seen.Add));
        for (int looked = 0; looked < MostStates && queue.TryDequeue(out TState state); looked++)
        {
            Successors<TState>.Of(ref _model, in state, moves);
            foreach (Move<TState> move in moves)
            {
                ActionText said = _model.Say(in state, move.Step);
                if (!_steps.TryGetValue((said.Lane, said.Name), out HashSet<string>? arguments))
                {
                    _steps.Add((said.Lane, said.Name), arguments = []);
                }
                arguments.UnionWith(said.Arguments.Select(argument => argument.Name));
                if (seen.Add(move.State))
                {
                    queue.Enqueue(move.State);
                }
            }
        }
        IsWhole = queue.Count == 0;
    }

    private sealed unsafe class ByBytes : IEqualityComparer<TState>
    {
        public bool Equals(TState one, TState other) => StateBytes.Same(one, other);

        public int GetHashCode(TState state)
        {
            var hash = default(HashCode);
            hash.AddBytes(new ReadOnlySpan<byte>(&state, sizeof(TState)));
            return hash.ToHashCode();
        }
    }
}
