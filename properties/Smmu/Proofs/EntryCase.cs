// A writer with what it believes, on one platform: what theorems about updates of any entries are stated for.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Symbolic;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>One variant on one profile.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Writer">The writer.</param>
/// <param name="Rules">What it believes about entries.</param>
/// <param name="Bits">The bits that the variant's builders set in some entry: all others are 0 in the entries that theorems speak of.</param>
/// <param name="FetchWords">64-bit words of the SMMU's fetch quantum.</param>
/// <param name="Platform">The profile: the SMMU, and the master where it matters.</param>
/// <param name="Hardware">The SMMU as it reads entries of this kind.</param>
internal sealed record EntryCase(
    string System, string Variant, EntryWriter Writer, EntryRules Rules, FieldSet Bits, int FetchWords, Platform Platform, EntryHardware Hardware)
{
    /// <summary>The forms of the entries that the variant's builders make on the platform.</summary>
    public IReadOnlyList<EntryForm> Forms { get; init; } = [];

    /// <summary>The updates that exploration takes for the variant, as far as they are of the platform.</summary>
    public Func<IEnumerable<EntryPair>> Explored { get; init; } = () => [];

    /// <summary>Name of the theorems' scope.</summary>
    public string Scope => AnyScope.Name(Platform);

    /// <summary>Words whose stores and fetches are both indivisible: what a view takes from one image or another as a whole.</summary>
    public int Quantum => Math.Min(Writer.StoreWords, FetchWords);

    /// <summary>Whether an entry sets only bits that the driver calls used there, as all do that are at rest.</summary>
    public TermBit WithinMask(in Entry<TermWord> entry) => AnyEntry.Same(in entry, Rules.Used<TermWord, TermBit>(in entry).Keep(in entry));
}
