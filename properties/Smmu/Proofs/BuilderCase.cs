// The builders of one variant, with what its mask says of their entries: what theorems about builders are stated for.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The builders of one variant.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Choices">The builders' choices, as text: equal texts mean equal builders.</param>
/// <param name="Kinds">The kinds of entry that they make.</param>
/// <param name="Make">Makes an entry of a kind on a platform.</param>
/// <param name="Rules">What the variant believes about entries.</param>
/// <param name="Bits">The bits that the builders are said to set in some entry.</param>
/// <param name="Hardware">The SMMU of a platform as it reads these entries.</param>
internal sealed record BuilderCase(
    string System, string Variant, string Choices, IReadOnlyList<string> Kinds, Func<Platform, string, Built> Make, EntryRules Rules, FieldSet Bits,
    Func<Platform, EntryHardware> Hardware);
