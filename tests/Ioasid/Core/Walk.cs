// Follows single steps of the IOASID core, by what they are called.

using Verify.Engine;
using Verify.Model.Ioasid.Core;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Ioasid.Core;

/// <summary>A run of a model, one chosen step after the other.</summary>
internal sealed class Walk
{
    private CoreModel model;
    private CoreState state;

    /// <summary>From the initial state in which AllocOps share functions (the first), or the last one has others.</summary>
    public Walk(CoreModel model, bool isShared = true)
    {
        this.model = model;
        var moves = new List<Move<CoreState>>();
        Successors<CoreState>.Initial(ref this.model, moves);
        state = moves[isShared ? 0 : 1].State;
    }

    /// <summary>Where it is.</summary>
    public ref readonly CoreState State => ref state;

    /// <summary>The steps that can be taken here, as traces say them: "CPU0: ioasid_get: refs++(id=0)".</summary>
    public IReadOnlyList<string> Enabled => [.. Moves().Select(Text)];

    /// <summary>Takes steps, each of which must be enabled.</summary>
    public Walk Take(params string[] steps)
    {
        foreach (string step in steps)
        {
            var found = Moves().Where(move => Text(move) == step).ToArray();
            Assert.True(found.Length > 0, $"'{step}' is none of\n  {string.Join("\n  ", Enabled)}");
            state = found[0].State;
        }
        return this;
    }

    /// <summary>Takes all steps of an allocation by the default allocator.</summary>
    public Walk Allocate(string cpu, int id, string data = "NULL") =>
        Take($"{cpu}: ioasid_alloc: kzalloc(result=entry)", $"{cpu}: ioasid_alloc: xa_alloc(id={id}, result=private={data})", $"{cpu}: ioasid_alloc: write id, unlock(id={id})");

    /// <summary>Takes all steps of an allocation by a custom allocator.</summary>
    public Walk AllocateCustom(string cpu, int id, string data = "NULL") => Take(
        $"{cpu}: ioasid_alloc: kzalloc(result=entry)", $"{cpu}: ioasid_alloc: ops->alloc(id={id}, result=in min..max)", $"{cpu}: ioasid_alloc: xa_alloc of the platform's ID(id={id}, result=private={data})",
        $"{cpu}: ioasid_alloc: write id, unlock(id={id})");

    private List<Move<CoreState>> Moves()
    {
        var moves = new List<Move<CoreState>>();
        Successors<CoreState>.Of(ref model, in state, moves);
        return moves;
    }

    private string Text(Move<CoreState> move)
    {
        ActionText said = model.Say(in state, move.Step);
        string arguments = string.Join(", ", said.Arguments.Select(argument => $"{argument.Name}={argument.Value}"));
        return $"{said.Lane}: {said.Name}{(arguments.Length == 0 ? "" : $"({arguments})")}";
    }
}
