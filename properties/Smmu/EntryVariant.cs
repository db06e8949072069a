// A variant of an entry update system, and the system that a list of them makes: smmu-ste and smmu-cd differ only in their parts.

using Verify.Bits;
using Verify.Engine;
using Verify.Properties.Smmu.Proofs;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu;

/// <summary>A writer with what it believes about entries and the builders that make them.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it is, in a line.</param>
/// <param name="Writer">The writer.</param>
/// <param name="Rules">What it believes.</param>
/// <param name="Builders">The choices of the builders.</param>
/// <param name="Violated">The claims it is expected to violate.</param>
internal sealed record EntryVariant<TBuilders>(
    string Name, string Summary, EntryWriter Writer, EntryRules Rules, TBuilders Builders, Why[] Violated)
{
    /// <summary>64-bit words of the SMMU's fetch quantum.</summary>
    public int FetchWords { get; init; } = 1;

    /// <summary>The kernel is big endian.</summary>
    public bool BigEndian { get; init; }

    /// <summary>
    /// It is known to be wrong, in history or on purpose: a control that shows that theorems can fail. They are asked on the first profile only.
    /// </summary>
    public bool IsControl { get; init; }

    /// <summary>The theorems it is expected to refute, where that does not follow from what exploration is expected to find.</summary>
    public Refuted[] Refuted { get; init; } = [];

    /// <summary>
    /// Why views are expected to mix more than two images: a batch is not synced, and it is not the last, since words are torn. Null where they are not.
    /// </summary>
    public string? ThirdImage => Array.Exists(Violated, why => why.Claim.Name == EntryClaims.NoTornView.Name)
        ? Array.Find(Violated, why => why.Claim.Name == EntryClaims.EveryPhaseSynced.Name)?.Reason : null;

    /// <summary>This variant with further theorems that it is expected to refute.</summary>
    public EntryVariant<TBuilders> And(params IEnumerable<Refuted> more) => this with { Refuted = [.. Refuted, .. more] };

    /// <summary>Why it is expected to refute a theorem on a profile; null where the theorem is expected to hold.</summary>
    public string? Expect(Claim claim, string profile)
    {
        if (Array.Exists(Refuted, refuted => refuted.Claim.Name == claim.Name))
        {
            return Array.Find(Refuted, refuted => refuted.Claim.Name == claim.Name
                && (refuted.Profiles.Length == 0 || refuted.Profiles.Contains(profile)))?.Reason;
        }

        // What exploration finds of some entries a proof finds of all. A torn view mixes tables, unless it is said that it does not.
        var shown = claim.Name == TheoremClaims.NoForeignTables.Name ? EntryClaims.NoTornView.Name : claim.Name;
        return Array.Find(Violated, why => why.Claim.Name == shown)?.Reason;
    }
}

/// <summary>A theorem that a variant is expected to refute, with the reason in a few words.</summary>
/// <param name="Claim">The theorem's claim.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Profiles">The profiles on which it fails; none for all.</param>
internal sealed record Refuted(Claim Claim, string Reason, params string[] Profiles)
{
    /// <summary>The theorem holds on every profile, although exploration finds a related claim violated.</summary>
    public static Refuted Nowhere(Claim claim, string reason) => new(claim, reason, "none");
}

/// <summary>What a system of entry updates is made of.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it models, in a line.</param>
/// <param name="Kind">What the entries are.</param>
/// <param name="Layout">Their layout.</param>
/// <param name="Pairs">The pairs of images of a variant at a scope.</param>
/// <param name="Properties">The properties of a scope of updates.</param>
/// <param name="Bits">The bits that the builders of a variant set in some entry.</param>
/// <param name="Profiles">The platforms that theorems are proved for.</param>
/// <param name="Hardware">The SMMU of a platform, as it reads these entries.</param>
/// <param name="Forms">The forms of entries that the builders of a variant make on a platform.</param>
/// <param name="Kinds">The kinds of entry that the builders of a variant make.</param>
/// <param name="Make">An entry of a kind as the builders make it on a platform, for all values at once.</param>
internal sealed record EntrySystem<TBuilders>(
    string Name,
    string Summary,
    EntryKind Kind,
    Layout Layout,
    Func<EntryVariant<TBuilders>, string, IEnumerable<EntryPair>> Pairs,
    Func<UpdateScope, IReadOnlyList<Property<UpdateState>>> Properties,
    Func<TBuilders, FieldSet> Bits,
    IReadOnlyList<Platform> Profiles,
    Func<Platform, EntryHardware> Hardware,
    Func<TBuilders, Platform, IReadOnlyList<EntryForm>> Forms,
    Func<TBuilders, IReadOnlyList<string>> Kinds,
    Func<TBuilders, Platform, string, Built> Make)
{
    /// <summary>The system with these variants.</summary>
    public SystemEntry With(IReadOnlyList<EntryVariant<TBuilders>> variants) => new(
        Name,
        Summary,
        ["small", "medium", "large"],
        Open(variants[0], "small").Claims,
        [.. variants.Select(variant => new VariantEntry(
            variant.Name, variant.Summary, scope => Open(variant, scope), Why.Map(variant.Violated))
            {
                Stated = new(() => Theorems(variant)),
                WordModels = WriterModels.All(Kind, Case(variant, Profiles[0]), variant.ThirdImage),
                Tables = Profiles.ToDictionary(platform => platform.Name,
                    platform => (Func<ProofOptions, HitlessTable>)(options => HitlessTable.Of(Case(variant, platform), options))),
            })])
    {
        Opens = scope => AnyScope.Pair(scope, Profiles) is not null,
    };

    private Subject<UpdateModel, UpdateState> Open(EntryVariant<TBuilders> variant, string scope)
    {
        var pairs = AnyScope.Pair(scope, Profiles) is { } pair ? [pair] : Pairs(variant, scope);
        var updates = new UpdateScope(Kind, variant.Writer, variant.Rules, variant.FetchWords, pairs);
        return new(Name, variant.Name, scope, new UpdateModel(updates), Properties(updates), Words.Decoder(Layout.Name, Layout));
    }

    // By claim, and for each by profile: what refutes one on a profile is tried on the next.
    private IReadOnlyList<Theorem> Theorems(EntryVariant<TBuilders> variant)
    {
        var profiles = Profiles.Take(variant.IsControl ? 1 : Profiles.Count);
        var all = profiles.SelectMany(platform => new EntryTheorems(Case(variant, platform), scope => Open(variant, scope)).All()
            .Select(theorem => theorem with { Violated = variant.Expect(theorem.Claim, platform.Name) })).ToList();
        return [.. all.GroupBy(theorem => theorem.Claim.Name).SelectMany(group => group), .. OfBuilders(variant)];
    }

    private IEnumerable<Theorem> OfBuilders(EntryVariant<TBuilders> variant)
    {
        var about = new BuilderCase(Name, variant.Name, $"{variant.Builders}", Kinds(variant.Builders),
            (platform, kind) => Make(variant.Builders, platform, kind), variant.Rules, Bits(variant.Builders), Hardware);
        return new BuilderTheorems(about, scope => Open(variant, scope)).All()
            .Select(theorem => theorem with { Violated = variant.Expect(theorem.Claim, AnyScope.Platforms) });
    }

    private EntryCase Case(EntryVariant<TBuilders> variant, Platform platform) =>
        new(Name, variant.Name, variant.Writer, variant.Rules, Bits(variant.Builders), variant.FetchWords, platform, Hardware(platform))
        {
            Forms = Forms(variant.Builders, platform),
            Explored = () => Pairs(variant, "medium").Where(pair => pair.Platform.Name == platform.Name),
        };
}
