// Which fields of the states keep growing, from level to level: a counter without a bound makes a state space without an end.

using System.Globalization;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>A field whose largest value has grown with the levels so far.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Largest">Its largest value in the states that were looked at.</param>
public sealed record GrowingField(string Name, long Largest);

/// <summary>
/// Keeps a few states of levels that are spread over the whole run, and looks at their texts only when a limit has ended it. So it costs next to nothing, and is
/// a hint: fields that read as decimal numbers are seen, and a bound that is still far away looks like none.
/// </summary>
internal sealed class Growth<TState>
    where TState : unmanaged
{
    private const int MostLevels = 32;
    private const int FewestLevels = 12;
    private const int StatesOfLevel = 16;
    private const int Parts = 4;

    private readonly List<TState[]> _levels = [];
    private int _stride = 1;

    /// <summary>Keeps some states of a level.</summary>
    public void Note(int depth, Frontier<TState> frontier)
    {
        if (depth % _stride != 0)
        {
            return;
        }
        _levels.Add(frontier.Sample(StatesOfLevel));
        if (_levels.Count == MostLevels)
        {
            // Every other one goes, and only every other one comes from now on.
            for (int i = 1; i < _levels.Count; i++)
            {
                _levels.RemoveAt(i);
            }
            _stride *= 2;
        }
    }

    /// <summary>The fields whose largest value is larger in each quarter of the run than in the one before it.</summary>
    public IReadOnlyList<GrowingField> Fields<TModel>(ref TModel model)
        where TModel : struct, ITransitionSystem<TState>
    {
        if (_levels.Count < FewestLevels)
        {
            return [];
        }
        var largest = new Dictionary<string, long?[]>();
        for (int i = 0; i < _levels.Count; i++)
        {
            foreach (TState state in _levels[i])
            {
                Read(ref model, in state, i * Parts / _levels.Count, largest);
            }
        }
        return [.. largest.Where(field => Grows(field.Value)).Select(field => new GrowingField(field.Key, field.Value[^1]!.Value))];
    }

    private static bool Grows(long?[] parts) => parts.Zip(parts.Skip(1)).All(pair => pair.First < pair.Second);

    private static void Read<TModel>(ref TModel model, in TState state, int part, Dictionary<string, long?[]> largest)
        where TModel : struct, ITransitionSystem<TState>
    {
        foreach ((string name, string text) in StateText.Of(ref model, in state))
        {
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            {
                if (!largest.TryGetValue(name, out long?[]? parts))
                {
                    largest.Add(name, parts = new long?[Parts]);
                }
                parts[part] = Math.Max(parts[part] ?? long.MinValue, value);
            }
        }
    }
}
