// The catalogue: every system with its variants, and the verdict that is expected of each property.

using Verify.Engine;
using Verify.Properties.Ioasid;
using Verify.Properties.IommuCore;
using Verify.Properties.Locks;
using Verify.Properties.Smmu;
using Verify.Properties.Smmu.Attach;
using Verify.Properties.Smmu.Group;
using Verify.Properties.Smmu.Proofs;
using Verify.Properties.VisitedSet;
using Verify.Symbolic.Engines;
using Verify.Symbolic.Proofs;

namespace Verify.Properties;

/// <summary>A model that can be checked.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it models, in a line.</param>
/// <param name="Scopes">The scopes it has, smallest first; names among small, medium and large.</param>
/// <param name="Claims">The claims about it.</param>
/// <param name="Variants">Its variants: algorithms of kernel versions, and repaired or deliberately broken forms.</param>
public sealed record SystemEntry(
    string Name, string Summary, IReadOnlyList<string> Scopes, IReadOnlyList<Claim> Claims, IReadOnlyList<VariantEntry> Variants)
{
    /// <summary>Scopes that are asked for by name only, and are no part of the matrix: "explicit" of smmu-attach.</summary>
    public IReadOnlyList<string> Further { get; init; } = [];

    /// <summary>
    /// Which names, besides <see cref="Scopes"/> and <see cref="Further"/>, its variants open as scopes: those that theorems are proved for and that their traces are of, such
    /// as "any:ats".
    /// </summary>
    public Func<string, bool> Opens { get; init; } = _ => false;

    /// <summary>What is wrong with a scope that is none of <see cref="Scopes"/> and that it does not open, in a few words; empty where that says it all.</summary>
    public Func<string, string> ScopeProblem { get; init; } = _ => "";

    /// <summary>What its verdicts are known to show less than they seem to, and why that is so.</summary>
    public IReadOnlyList<Excuse> Excuses { get; init; } = [];
}

/// <summary>A weakness of a system's verdicts that is there for a reason: an action that never fires, a claim that nothing violates.</summary>
/// <param name="Weakness">How the program tells it, or how that begins: "'grow' fires in no variant".</param>
/// <param name="Reason">Why it is no fault.</param>
public sealed record Excuse(string Weakness, string Reason);

/// <summary>One variant of a model.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it is, in a line, with the commit or section it comes from.</param>
/// <param name="Open">Makes the subject at a scope.</param>
/// <param name="Violated">Names of the claims that this variant is expected to violate, each with the reason in a few words.</param>
public sealed record VariantEntry(
    string Name, string Summary, Func<string, ISubject> Open, IReadOnlyDictionary<string, string> Violated)
{
    /// <summary>
    /// What is proved of it, for all values rather than those of a scope: the same claim may stand once for every profile, one after the other.
    /// </summary>
    public IReadOnlyList<Theorem> Theorems => Stated.Value;

    /// <summary>States <see cref="Theorems"/>, once somebody asks for them: most commands need none.</summary>
    public Lazy<IReadOnlyList<Theorem>> Stated { get; init; } = new([]);

    /// <summary>
    /// Claims about it as a word system, which bounded checking, k-induction and invariants are asked about, and only on request.
    /// </summary>
    public IReadOnlyList<WordModel> WordModels { get; init; } = [];

    /// <summary>
    /// By profile: what updates between classes of configurations cost, and what they would at best. Empty where the variant updates no entries.
    /// </summary>
    public IReadOnlyDictionary<string, Func<ProofOptions, HitlessTable>> Tables { get; init; } = new Dictionary<string, Func<ProofOptions, HitlessTable>>();

    /// <summary>What it lacks of a scope that others of its system have, in a few words; empty for nothing.</summary>
    public Func<string, string> Lacks { get; init; } = _ => "";

    /// <summary>The verdict that is expected of <paramref name="claim"/>.</summary>
    public Verdict Expected(string claim) => Violated.ContainsKey(claim) ? Verdict.Violated : Verdict.Holds;
}

/// <summary>All systems.</summary>
public static class Catalogue
{
    /// <summary>The systems, in the order in which the matrix prints them.</summary>
    public static IReadOnlyList<SystemEntry> Systems { get; } =
    [
        SteCatalogue.System, CdCatalogue.System, StreamCatalogue.System, AttachCatalogue.System, GroupCatalogue.System, SmmuGroupCatalogue.System, VisitedSetCatalogue.System, LockCatalogue.System, CoreCatalogue.System,
        SetCatalogue.System, LifeCatalogue.System, NativeCatalogue.System,
    ];
}
