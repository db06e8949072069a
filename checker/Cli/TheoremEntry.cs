// What is proved, as the program speaks of it: one claim about one variant, on all of its profiles.

using Verify.Engine;
using Verify.Properties;
using Verify.Symbolic.Engines;
using Verify.Symbolic.Proofs;

namespace Verify.Cli;

/// <summary>A claim that is proved of a variant.</summary>
/// <param name="System">The system.</param>
/// <param name="Variant">The variant.</param>
/// <param name="Claim">The claim.</param>
/// <param name="Profiles">It on one profile each, in the catalogue's order.</param>
internal sealed record TheoremEntry(SystemEntry System, VariantEntry Variant, Claim Claim, IReadOnlyList<Theorem> Profiles)
{
    /// <summary>SYSTEM/VARIANT/THEOREM.</summary>
    public string Name => $"{System.Name}/{Variant.Name}/{Claim.Name}";

    /// <summary>The word system and the property that it is about, where an engine for these decides it; null for a theorem.</summary>
    public WordModel? Model { get; init; }

    /// <summary>The profiles on which it is expected to fail.</summary>
    public IReadOnlyList<string> Refuted => [.. Profiles.Where(profile => profile.Violated is not null).Select(profile => profile.Scope)];

    /// <summary>Why it is expected to fail; null where it is expected to hold.</summary>
    public string? Violated => Refuted.Count > 0 ? string.Join("; ", Profiles.Select(profile => profile.Violated).OfType<string>().Distinct()) : null;

    /// <summary>The theorems about a variant.</summary>
    public static IReadOnlyList<TheoremEntry> Of(SystemEntry system, VariantEntry variant) =>
        [.. variant.Theorems
            .GroupBy(theorem => theorem.Claim.Name)
            .Select(group => new TheoremEntry(system, variant, group.First().Claim, [.. group]))];

    /// <summary>All theorems of a catalogue.</summary>
    public static IReadOnlyList<TheoremEntry> All(IReadOnlyList<SystemEntry> catalogue) =>
        [.. catalogue.SelectMany(system => system.Variants.SelectMany(variant => Of(system, variant)))];

    /// <summary>All claims about word systems of a catalogue.</summary>
    public static IReadOnlyList<TheoremEntry> Models(IReadOnlyList<SystemEntry> catalogue) =>
        [.. from system in catalogue
            from variant in system.Variants
            from model in variant.WordModels
            select new TheoremEntry(system, variant, model.Claim, [model.Theorem]) { Model = model }];

    /// <summary>The claims that are proved of any variant of a system, each once.</summary>
    public static IEnumerable<Claim> Claims(SystemEntry system) =>
        system.Variants.SelectMany(variant => variant.Theorems).Select(theorem => theorem.Claim).DistinctBy(claim => claim.Name);

    /// <summary>What theorems of a system are proved for.</summary>
    public static IReadOnlyList<string> Scopes(SystemEntry system) =>
        [.. system.Variants.SelectMany(variant => variant.Theorems).Select(theorem => theorem.Scope).Distinct()];
}
