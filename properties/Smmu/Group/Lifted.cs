// Claims about the core alone, and about the driver alone, as claims about the two together.

using Verify.Engine;
using Verify.Model.IommuCore;
using Verify.Smmu.Attach;
using Verify.Smmu.Group;
using Verify.Transitions;

namespace Verify.Properties.Smmu.Group;

/// <summary>Makes them: each looks at its own part of the state, and at the steps that its own model would call so.</summary>
/// <param name="model">The model.</param>
internal sealed class Lifted(SmmuGroupModel model)
{
    private delegate Step? StepView<TPart>(in SmmuGroupState before, Step step, in SmmuGroupState after);

    private delegate ref readonly TPart PartView<TPart>(in SmmuGroupState state);

    /// <summary>A claim about the core.</summary>
    public Property<SmmuGroupState> Of(Property<GroupState> property) => Of<GroupState>(property, (in s) => ref s.Group, model.AsOfCore);

    /// <summary>A claim about the driver on the hardware.</summary>
    public Property<SmmuGroupState> Of(Property<AttachState> property) => Of<AttachState>(property, (in s) => ref s.Smmu, (in _, step, in _) => SmmuGroupModel.OfDriver(step));

    private static Property<SmmuGroupState> Of<TPart>(Property<TPart> property, PartView<TPart> part, StepView<TPart> view)
        where TPart : unmanaged => property switch
        {
            Invariant<TPart> always => new Invariant<SmmuGroupState>(
                always.Claim,
                always.When is { } when ? (in s) => when(in part(in s)) : null,
                (in s) => always.Holds(in part(in s)),
                (in s) => Names.Renamed(always.Explain(in part(in s)))),
            ActionProperty<TPart> each => new ActionProperty<SmmuGroupState>(
                each.Claim,
                (in b, step, in a) => view(in b, step, in a) is { } seen && (each.When == null || each.When(in part(in b), seen, in part(in a))),
                (in b, step, in a) => each.Holds(in part(in b), view(in b, step, in a)!.Value, in part(in a)),
                (in b, step, in a) => Names.Renamed(each.Explain(in part(in b), view(in b, step, in a)!.Value, in part(in a)))),
            _ => throw new ArgumentException($"{property.Claim.Name} is about whole runs", nameof(property)),
        };
}
