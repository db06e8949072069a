// That one model implements another: each of its steps is one of the other's, or none, under a mapping of states.

using Verify.Transitions;

namespace Verify.Engine;

/// <summary>The state of the abstract model that a state stands for.</summary>
public delegate TImage Mapping<TState, TImage>(in TState state)
    where TState : unmanaged
    where TImage : unmanaged;

/// <summary>What a step is to the abstract model.</summary>
internal enum AbstractStep
{
    /// <summary>Nothing: the image stays the same.</summary>
    None,

    /// <summary>A step that the abstract model can take.</summary>
    Taken,

    /// <summary>Something that the abstract model cannot do.</summary>
    Impossible,
}

/// <summary>A refinement, free of the abstract model's types.</summary>
public abstract record Refinement<TState>(Claim Claim) : Property<TState>(Claim)
    where TState : unmanaged
{
    /// <summary>Whether the image of an initial state is an initial state.</summary>
    internal abstract bool Starts(in TState state);

    /// <summary>What a step is to the abstract model.</summary>
    internal abstract AbstractStep Judge(in TState before, in TState after);

    /// <summary>Why an initial state is none of the abstract model.</summary>
    internal abstract string ExplainStart(in TState state);

    /// <summary>Why a step is none of the abstract model: its image, and what is possible there.</summary>
    internal abstract string ExplainStep(in TState before, in TState after);
}

/// <summary>
/// Every behaviour of the model is one of <paramref name="Abstract"/> under <paramref name="Map"/>: initial states go to initial states, and each step to one step or to
/// none (Abadi, Lamport, "The existence of refinement mappings", 1991, without what must happen in the end). A step that must count as several needs ghost state
/// that lets it be taken one by one. Where no step is ever one of the abstract model's the claim is vacuous, which is reported.
/// </summary>
/// <param name="Claim">The claim in words.</param>
/// <param name="Abstract">The model that is implemented.</param>
/// <param name="Map">What a state stands for.</param>
public sealed record Refinement<TState, TAbstract, TImage>(Claim Claim, TAbstract Abstract, Mapping<TState, TImage> Map) : Refinement<TState>(Claim)
    where TState : unmanaged
    where TAbstract : struct, ITransitionSystem<TImage>
    where TImage : unmanaged
{
    /// <summary>What a state stands for. Images are compared byte by byte, as states are.</summary>
    /// <exception cref="ArgumentException">The images have padding.</exception>
    public Mapping<TState, TImage> Map { get; } = WithoutPadding(Map);

    /// <inheritdoc/>
    internal override bool Starts(in TState state)
    {
        TAbstract model = Abstract;
        TImage scratch = default;
        var sink = new Seek(Map(in state), ref scratch);
        model.Initial(ref sink);
        return sink.Found;
    }

    /// <inheritdoc/>
    internal override AbstractStep Judge(in TState before, in TState after)
    {
        TImage from = Map(in before);
        TImage to = Map(in after);
        if (StateBytes.Same(from, to))
        {
            return AbstractStep.None;
        }
        TAbstract model = Abstract;
        TImage scratch = default;
        var sink = new Seek(to, ref scratch);
        model.Next(in from, ref sink);
        return sink.Found ? AbstractStep.Taken : AbstractStep.Impossible;
    }

    /// <inheritdoc/>
    internal override string ExplainStart(in TState state)
    {
        TAbstract model = Abstract;
        return $"the abstract model has no such initial state: {Text(StateText.Of(ref model, Map(in state)))}";
    }

    /// <inheritdoc/>
    internal override string ExplainStep(in TState before, in TState after)
    {
        TAbstract model = Abstract;
        TImage from = Map(in before);
        IReadOnlyList<KeyValuePair<string, string>> old = StateText.Of(ref model, in from);
        string[] changes = [.. StateText.Of(ref model, Map(in after)).Except(old)
            .Select(field => $"{field.Key}: {old.FirstOrDefault(was => was.Key == field.Key).Value ?? "nothing"} -> {field.Value}")];
        var moves = new List<Move<TImage>>();
        Successors<TImage>.Of(ref model, in from, moves);
        string[] possible = [.. moves.Select(move => Wording.Of(model.Say(in from, move.Step))).Distinct()];
        return $"the abstract model cannot do this: {string.Join(", ", changes)}; it is at {Text(old)}, where it can do {(possible.Length == 0 ? "nothing" : string.Join("; ", possible))}";
    }

    private static Mapping<TState, TImage> WithoutPadding(Mapping<TState, TImage> map)
    {
        Padding.Refuse<TImage>();
        return map;
    }

    private static string Text(IEnumerable<KeyValuePair<string, string>> fields) => string.Join(", ", fields.Select(field => $"{field.Key} = {field.Value}"));

    /// <summary>Looks for a state among those that the abstract model adds.</summary>
    private ref struct Seek(TImage wanted, ref TImage scratch) : ISink<TImage>
    {
        private readonly ref TImage _scratch = ref scratch;

        public bool Found { get; private set; }

        public readonly ref TImage From(in TImage state)
        {
            _scratch = state;
            return ref _scratch;
        }

        public void Add(Step step) => Found |= StateBytes.Same(_scratch, wanted);
    }
}
