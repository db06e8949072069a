// The judge of STE updates.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;

namespace Verify.Properties.Smmu;

/// <summary>Judges views of STEs.</summary>
public sealed class SteJudge : EntryJudge
{
    private readonly Behaviour<Number, Truth>[] from;
    private readonly Behaviour<Number, Truth>[] to;
    private readonly bool[] ats;

    /// <summary>Prepares to judge the updates of <paramref name="scope"/>.</summary>
    public SteJudge(UpdateScope scope)
        : base(scope, Ste.Layout)
    {
        from = [.. scope.Updates.Select(u => SteBehaviour.Of<Number, Truth>(u.Platform.Smmu, u.From))];
        to = [.. scope.Updates.Select(u => SteBehaviour.Of<Number, Truth>(u.Platform.Smmu, u.To))];
        ats = [.. scope.Updates.Select(u => Ste.Eats.Of(u.From) == Ste.Eats.Of(u.To))];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// ATS accesses count only where EATS is the same at both ends: otherwise software has ATS turned off at the device while the STE changes
    /// (Arm IHI 0070 section 3.9.2; the property AtsOrder of the attach flows).
    /// </remarks>
    public override bool BehavesAs(int update, in Entry<Number> view, bool target)
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(Scope.Updates[update].Platform.Smmu, in view);
        ref readonly var end = ref (target ? ref to[update] : ref from[update]);
        return Behaviour<Number, Truth>.Same(in behaviour, in end, new Truth(ats[update])).Value;
    }

    /// <inheritdoc/>
    public override bool Alike(Platform platform, in Entry<Number> left, in Entry<Number> right)
    {
        var a = SteBehaviour.Of<Number, Truth>(platform.Smmu, in left);
        var b = SteBehaviour.Of<Number, Truth>(platform.Smmu, in right);
        return Behaviour<Number, Truth>.Same(in a, in b, new Truth(true)).Value;
    }

    /// <inheritdoc/>
    public override bool IsInvalid(Platform platform, in Entry<Number> view) =>
        SteBehaviour.Invalid<Number, Truth>(platform.Smmu, in view).Value;

    /// <inheritdoc/>
    public override IEnumerable<string> BrokenRules(Platform platform, Entry<Number> entry) => SteLegality.Broken(platform.Smmu, entry);

    /// <inheritdoc/>
    public override string? Res0Field(Platform platform, in Entry<Number> entry) =>
        new SteHardware(platform.Smmu).SetsRes0<Number, Truth>(in entry).Value
            ? "SHCFG is set although IDR1.ATTR_TYPES_OVR=0 makes it RES0"
            : null;

    /// <summary>
    /// An access that <paramref name="view"/> lets pass untranslated although it did not before and shall not after; null if there is none.
    /// </summary>
    public Access? TransitionalIdentity(int update, in Entry<Number> view)
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(Scope.Updates[update].Platform.Smmu, in view);
        for (var access = Access.Untranslated; access < Access.Translated; access++)
        {
            var counts = access < Access.AtsRequest || ats[update];
            if (counts && Passes(behaviour[(int)access])
                && !Passes(from[update][(int)access]) && !Passes(to[update][(int)access]))
            {
                return access;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether the update takes a stream between IDENTITY and a DMA domain in a way the driver can: a bypass STE and an S1 or S2 domain, or, while
    /// PASIDs keep the CD table in place, S1DSS=BYPASS and an S1 domain on the same table.
    /// </summary>
    public bool IsIdentityAndDma(int update)
    {
        var u = Scope.Updates[update];
        var (a, b) = (from[update][(int)Access.Untranslated], to[update][(int)Access.Untranslated]);
        var (identity, dma) = Passes(a) ? (u.From, u.To) : (u.To, u.From);
        var config = (Ste.Cfg.Of(in identity), Ste.Cfg.Of(in dma));
        return ((Passes(a) && Translates(b)) || (Translates(a) && Passes(b)))
            && (config is (Ste.Config.Bypass, Ste.Config.S1 or Ste.Config.S2)
                || (config is (Ste.Config.S1, Ste.Config.S1) && Ste.S1CtxPtr.Of(in identity) == Ste.S1CtxPtr.Of(in dma)));
    }

    /// <summary>Whether traffic without SubstreamID passes or is translated under <paramref name="view"/>.</summary>
    public bool Flows(int update, in Entry<Number> view)
    {
        var outcome = SteBehaviour.Of<Number, Truth>(Scope.Updates[update].Platform.Smmu, in view)[(int)Access.Untranslated];
        return Passes(outcome) || Translates(outcome);
    }

    /// <inheritdoc/>
    public override string Difference(int update, Entry<Number> view)
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(Scope.Updates[update].Platform.Smmu, in view);
        var worst = "";
        for (var access = Access.Untranslated; access <= Access.Translated; access++)
        {
            var (seen, old, wanted) = (behaviour[(int)access], from[update][(int)access], to[update][(int)access]);
            var asOld = Outcome<Number, Truth>.Same(in seen, in old).Value;
            var asNew = Outcome<Number, Truth>.Same(in seen, in wanted).Value;
            if (!asOld && !asNew && (access < Access.AtsRequest || ats[update]))
            {
                return $"{access} access gets {Say(seen)}; before the update {Say(old)}, after it {Say(wanted)}";
            }

            if (worst.Length == 0 && asOld != asNew)
            {
                worst = $"{access} access already gets what it gets {(asNew ? "after" : "before")} the update ({Say(seen)}) while another does not";
            }
        }

        return worst;
    }

    /// <summary>An outcome in words.</summary>
    public static string Say(in Outcome<Number, Truth> outcome)
    {
        var fate = (Fate)outcome.Fate.Value;
        var number = (Event)outcome.Event.Value;
        var parts = new List<string> { number == Event.None ? $"{fate}" : $"{fate} with {number}" };
        if (outcome.Cd.Value != 0)
        {
            parts.Add($"by {(CdRoute)outcome.Cd.Value}");
        }

        var shape = Enumerable.Range(0, Ste.Layout.Words).Zip(Words(outcome.Shape), (word, value) => Ste.Layout.Say(word, null, value))
            .SelectMany(text => text).ToList();
        return shape.Count == 0 ? string.Join(" ", parts) : $"{string.Join(" ", parts)} ({string.Join(" ", shape)})";
    }

    private static ulong[] Words(Entry<Number> entry) => [.. Enumerable.Range(0, Entry<Number>.Words).Select(i => entry[i].Value)];

    private static bool Passes(in Outcome<Number, Truth> outcome) => outcome.Is(Fate.Bypass).Value;

    private static bool Translates(in Outcome<Number, Truth> outcome) => outcome.Is(Fate.Translate).Value;
}
