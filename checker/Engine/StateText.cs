// States and steps in the words of their model, as traces and messages print them.

using Verify.Transitions;

namespace Verify.Engine;

/// <summary>The named parts of a state, in order; 64-bit words as 0x and 16 hexadecimal digits.</summary>
internal sealed class StateText : IStateText
{
    private readonly List<KeyValuePair<string, string>> _fields = [];

    /// <summary>The text of <paramref name="state"/>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of<TModel, TState>(ref TModel model, in TState state)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        var text = new StateText();
        model.Describe(in state, text);
        return text._fields;
    }

    /// <inheritdoc/>
    public void Field(string name, string value) => _fields.Add(new(name, value));

    /// <inheritdoc/>
    public void Word(string name, ulong value) => _fields.Add(new(name, $"0x{value:x16}"));
}

/// <summary>Steps on one line.</summary>
internal static class Wording
{
    /// <summary>A step as "CPU0: store STE(w=1)".</summary>
    public static string Of(ActionText action) =>
        Of(action.Lane, action.Name, action.Arguments.Select(argument => new KeyValuePair<string, string>(argument.Name, argument.Value)));

    /// <summary>A step as "CPU0: store STE(w=1)".</summary>
    public static string Of(string lane, string name, IEnumerable<KeyValuePair<string, string>> arguments)
    {
        string list = string.Join(", ", arguments.Select(argument => $"{argument.Key}={argument.Value}"));
        return (lane.Length == 0 ? "" : lane + ": ") + name + (list.Length == 0 ? "" : $"({list})");
    }
}
