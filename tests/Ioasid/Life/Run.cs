// Drives the model of guest IOASIDs by the names of its steps.

using Verify.Model.Ioasid.Life;
using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Tests.Ioasid.Life;

/// <summary>A run: each call takes the one step that is asked for.</summary>
internal sealed class Run
{
    private readonly LifeModel _model;
    private LifeState _state;

    public Run(LifeRules rules, LifeScope scope)
    {
        _model = new LifeModel(rules, scope);
        var moves = new Moves();
        _model.Initial(ref moves);
        _state = moves.All.Single().State;
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            Take(LifeAct.Launch, step => step.A == vm);
        }
    }

    public LifeState State => _state;

    /// <summary>The steps that can be taken.</summary>
    public IReadOnlyList<Step> Steps => [.. Next().Select(move => move.Step)];

    /// <summary>The steps of an action that can be taken.</summary>
    public IReadOnlyList<Step> Of(LifeAct act) => [.. Steps.Where(step => step.Kind == (ushort)act)];

    /// <summary>Takes a step of an action and says its result.</summary>
    public Result Take(LifeAct act, Predicate<Step>? which = null)
    {
        var (state, step) = Next().Single(move => move.Step.Kind == (ushort)act && (which is null || which(move.Step)));
        _state = state;
        return (Result)step.C;
    }

    public Result Alloc(int vm, int id) => Take(LifeAct.Alloc, step => step.A == vm && step.B == id);

    public Result Bind(int vm, int id, int spid, int device = 0) => Finish(Take(LifeAct.BindGpasid, step => step.A == vm && step.B == (id | (device << 4) | (spid << 8))));

    public Result Unbind(int vm, int id, int device = 0) => Finish(Take(LifeAct.UnbindGpasid, step => step.A == vm && step.B == (id | (device << 4))));

    public Result Free(int vm, int id)
    {
        Result result = Take(LifeAct.Free, step => step.A == vm && step.B == id);
        Handlers();
        return result;
    }

    public int Write(int vm, int spid, int device = 0)
    {
        int hpasid = Of(LifeAct.MdevWrite).Single(step => step.A == vm && step.B >> 8 == spid && (step.B >> 4 & 15) == device).B & 15;
        Take(LifeAct.MdevWrite, step => step.A == vm && step.B == (hpasid | (device << 4) | (spid << 8)));
        return hpasid;
    }

    public Access Enqcmd(int vm, int spid) => (Access)Take(LifeAct.Enqcmd, step => step.A == vm && step.B >> 8 == spid);

    /// <summary>Calls handlers until the event has been told.</summary>
    public int Handlers()
    {
        int called = 0;
        for (; _state.Core.Job.Call != JobCall.None; called++)
        {
            Take(LifeAct.Handler);
        }
        return called;
    }

    // What was begun goes on to its end.
    private Result Finish(Result result)
    {
        while (_state.Call.Kind != CallKind.None || _state.Core.Job.Call != JobCall.None)
        {
            Handlers();
            if (_state.Call.Kind != CallKind.None)
            {
                Result next = Take(_state.Call.Kind == CallKind.Bind ? LifeAct.BindStep : LifeAct.UnbindStep);
                result = result == Result.Ok && next is not (Result.True or Result.False) ? next : result;
            }
        }
        return result;
    }

    private List<(LifeState State, Step Step)> Next()
    {
        var moves = new Moves();
        _model.Next(in _state, ref moves);
        return moves.All;
    }

    private struct Moves : ISink<LifeState>
    {
        private readonly LifeState[] _next = new LifeState[1];

        public Moves()
        {
        }

        public List<(LifeState State, Step Step)> All { get; } = [];

        public readonly ref LifeState From(in LifeState state)
        {
            _next[0] = state;
            return ref _next[0];
        }

        public readonly void Add(Step step) => All.Add((_next[0], step));
    }
}
