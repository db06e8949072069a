// Sinks that take successors of one of the two models and give on those of both.

using System.Diagnostics.CodeAnalysis;
using Verify.Model.IommuCore;
using Verify.Smmu.Attach;
using Verify.Transitions;

namespace Verify.Smmu.Group;

/// <content>Each has a copy of the sink that it gives on to, which is to be taken back from it.</content>
public readonly partial struct SmmuGroupModel
{
    private ref struct OfGroup<TSink>(TSink inner, SmmuGroupModel model, scoped in SmmuGroupState from) : ISink<GroupState>
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        public TSink Inner = inner;
        private readonly SmmuGroupState _from = from;
        private readonly SmmuGroupModel _model = model;
        private GroupState _scratch;

        [UnscopedRef]
        public ref GroupState From(in GroupState state)
        {
            _scratch = state;
            return ref _scratch;
        }

        public void Add(Step step)
        {
            ref var next = ref Inner.From(in _from);
            next.Group = _scratch;
            if (step.IsInit)
            {
                _model.Boot(ref next);
                Inner.Add(step);
            }
            else if (!_model.IsLeftOut(in _from, step) && _model.AfterGroup(in _from, ref next))
            {
                Inner.Add(step with { Kind = KindOf(step.Kind) });
            }
        }
    }

    private ref struct OfSmmu<TSink>(TSink inner, SmmuGroupModel model, scoped in SmmuGroupState from) : ISink<AttachState>
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        public TSink Inner = inner;
        private readonly SmmuGroupState _from = from;
        private readonly SmmuGroupModel _model = model;
        private AttachState _scratch;

        [UnscopedRef]
        public ref AttachState From(in AttachState state)
        {
            _scratch = state;
            return ref _scratch;
        }

        public void Add(Step step)
        {
            if (_model.IsInReserve(in _from, step))
            {
                return;
            }

            ref var next = ref Inner.From(in _from);
            next.Smmu = _scratch;
            _model.AfterSmmu(in _from, ref next, step);
            Inner.Add(Lifted(step));
        }
    }
}
