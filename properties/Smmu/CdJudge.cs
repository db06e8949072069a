// The judge of CD updates.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;

namespace Verify.Properties.Smmu;

/// <summary>Judges views of CDs behind the STE that the driver makes for the platform.</summary>
public sealed class CdJudge : EntryJudge
{
    private readonly Outcome<Number, Truth>[] from;
    private readonly Outcome<Number, Truth>[] to;

    /// <summary>Prepares to judge the updates of <paramref name="scope"/>.</summary>
    public CdJudge(UpdateScope scope)
        : base(scope, Cd.Layout)
    {
        from = [.. scope.Updates.Select(u => Of(u.Platform, u.From))];
        to = [.. scope.Updates.Select(u => Of(u.Platform, u.To))];
    }

    /// <inheritdoc/>
    public override bool BehavesAs(int update, in Entry<Number> view, bool target)
    {
        var outcome = Of(Scope.Updates[update].Platform, in view);
        ref readonly var end = ref (target ? ref to[update] : ref from[update]);
        return Outcome<Number, Truth>.Same(in outcome, in end).Value;
    }

    /// <inheritdoc/>
    public override bool Alike(Platform platform, in Entry<Number> left, in Entry<Number> right)
    {
        var (a, b) = (Of(platform, in left), Of(platform, in right));
        return Outcome<Number, Truth>.Same(in a, in b).Value;
    }

    /// <inheritdoc/>
    public override bool IsInvalid(Platform platform, in Entry<Number> view) =>
        CdBehaviour.Invalid<Number, Truth>(platform.Smmu, in view, StallDisabled(platform)).Value;

    /// <inheritdoc/>
    public override IEnumerable<string> BrokenRules(Platform platform, Entry<Number> entry) =>
        CdLegality.Broken(platform.Smmu, entry, StallDisabled(platform).Value);

    /// <inheritdoc/>
    public override string? Res0Field(Platform platform, in Entry<Number> entry) => null;

    /// <summary>Whether <paramref name="entry"/> makes faults of a dead mm stall although the SMMU could terminate them.</summary>
    public static bool StallsWhenReleased(Platform platform, in Entry<Number> entry) =>
        Cd.V.Of(in entry) == 1 && Cd.Epd0.Of(in entry) == 1 && Cd.S.Of(in entry) == 1 && platform.Smmu.Stall != StallModel.Forced;

    /// <summary>Whether the update releases an SVA CD: table 0 is turned off in a valid CD that stays valid.</summary>
    public bool IsRelease(int update)
    {
        var u = Scope.Updates[update];
        return !IsInvalid(u.Platform, u.From) && Cd.V.Of(u.To) == 1 && Cd.Epd0.Of(u.From) == 0 && Cd.Epd0.Of(u.To) == 1
            && Cd.Asid.Of(u.From) == Cd.Asid.Of(u.To);
    }

    /// <inheritdoc/>
    public override string Difference(int update, Entry<Number> view)
    {
        var seen = Of(Scope.Updates[update].Platform, in view);
        return $"traffic gets {Say(seen)}; before the update {Say(from[update])}, after it {Say(to[update])}";
    }

    /// <summary>An outcome in words.</summary>
    public static string Say(Outcome<Number, Truth> outcome)
    {
        if ((Fate)outcome.Fate.Value == Fate.Abort)
        {
            return $"Abort with {(Event)outcome.Event.Value}";
        }

        var shape = Enumerable.Range(0, 4).SelectMany(word => Cd.Layout.Say(word, null, outcome.Shape[word].Value));
        return $"Translate ({string.Join(" ", shape)})";
    }

    private static Truth StallDisabled(Platform platform) => new(platform.Stalls && !platform.StallEnabled);

    private static Outcome<Number, Truth> Of(Platform platform, in Entry<Number> view) =>
        CdBehaviour.Of(platform.Smmu, in view, StallDisabled(platform));
}
