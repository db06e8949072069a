// A variant of an entry update system, and the system that a list of them makes: smmu-ste and smmu-cd differ only in their parts.

using Verify.Bits;
using Verify.Engine;
using Verify.Smmu.Driver;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;

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
}

/// <summary>What a system of entry updates is made of.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it models, in a line.</param>
/// <param name="Kind">What the entries are.</param>
/// <param name="Layout">Their layout.</param>
/// <param name="Pairs">The pairs of images of a variant at a scope.</param>
/// <param name="Properties">The properties of a scope of updates.</param>
internal sealed record EntrySystem<TBuilders>(
    string Name,
    string Summary,
    EntryKind Kind,
    Layout Layout,
    Func<EntryVariant<TBuilders>, string, IEnumerable<EntryPair>> Pairs,
    Func<UpdateScope, IReadOnlyList<Property<UpdateState>>> Properties)
{
    /// <summary>The system with these variants.</summary>
    public SystemEntry With(IReadOnlyList<EntryVariant<TBuilders>> variants) => new(
        Name,
        Summary,
        ["small", "medium", "large"],
        Open(variants[0], "small").Claims,
        [.. variants.Select(variant => new VariantEntry(
            variant.Name, variant.Summary, scope => Open(variant, scope), Why.Map(variant.Violated)))]);

    private Subject<UpdateModel, UpdateState> Open(EntryVariant<TBuilders> variant, string scope)
    {
        var updates = new UpdateScope(Kind, variant.Writer, variant.Rules, variant.FetchWords, Pairs(variant, scope));
        return new(Name, variant.Name, scope, new UpdateModel(updates), Properties(updates), Words.Decoder(Layout.Name, Layout));
    }
}
