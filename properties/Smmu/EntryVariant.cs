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

    /// <summary>The theorems it is expected to refute.</summary>
    public Refuted[] Refuted { get; init; } = [];
}

/// <summary>A theorem that a variant is expected to refute, with the reason in a few words.</summary>
/// <param name="Claim">The theorem's claim.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Profiles">The profiles on which it fails; none for all.</param>
internal sealed record Refuted(Claim Claim, string Reason, params string[] Profiles);

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
            variant.Name, variant.Summary, scope => Open(variant, scope), Why.Map(variant.Violated)) { Theorems = Theorems(variant) })]);

    private Subject<UpdateModel, UpdateState> Open(EntryVariant<TBuilders> variant, string scope)
    {
        var pairs = AnyScope.Pair(scope, Profiles) is { } pair ? [pair] : Pairs(variant, scope);
        var updates = new UpdateScope(Kind, variant.Writer, variant.Rules, variant.FetchWords, pairs);
        return new(Name, variant.Name, scope, new UpdateModel(updates), Properties(updates), Words.Decoder(Layout.Name, Layout));
    }

    // By claim, and for each by profile: what refutes one on a profile is tried on the next.
    private IReadOnlyList<Theorem> Theorems(EntryVariant<TBuilders> variant)
    {
        var all = Profiles.SelectMany(platform => Theorems(variant, platform)).ToList();
        return [.. all.GroupBy(theorem => theorem.Claim.Name).SelectMany(group => group), .. OfBuilders(variant)];
    }

    private IEnumerable<Theorem> OfBuilders(EntryVariant<TBuilders> variant)
    {
        var about = new BuilderCase(Name, variant.Name, $"{variant.Builders}", Kinds(variant.Builders),
            (platform, kind) => Make(variant.Builders, platform, kind), variant.Rules, Bits(variant.Builders), Hardware);
        // What exploration finds of builders a proof finds too.
        return
            from theorem in new BuilderTheorems(about, scope => Open(variant, scope)).All()
            let violated = Array.Find(variant.Violated, why => why.Claim.Name == theorem.Claim.Name)?.Reason
            select Expect(theorem, variant, AnyScope.Platforms) is { Violated: not null } expected ? expected : theorem with { Violated = violated };
    }

    private static Theorem Expect(Theorem theorem, EntryVariant<TBuilders> variant, string profile) => theorem with
    {
        Violated = Array.Find(variant.Refuted, refuted => refuted.Claim.Name == theorem.Claim.Name
            && (refuted.Profiles.Length == 0 || refuted.Profiles.Contains(profile)))?.Reason,
    };

    private IEnumerable<Theorem> Theorems(EntryVariant<TBuilders> variant, Platform platform)
    {
        var about = new EntryCase(
            Name, variant.Name, variant.Writer, variant.Rules, Bits(variant.Builders), variant.FetchWords, platform, Hardware(platform));
        return new EntryTheorems(about, scope => Open(variant, scope)).All().Select(theorem => Expect(theorem, variant, platform.Name));
    }
}
