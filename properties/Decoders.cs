// What `verify decode` can read: in-memory tables, by the name they have on the command line.

using Verify.Bits;
using Verify.Properties.Smmu;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;

namespace Verify.Properties;

/// <summary>Decoders of in-memory table entries.</summary>
public static class Decoders
{
    /// <summary>
    /// By table name (ste, cd): from the entry's words, w0 first and always all eight, to the lines to print: its fields, and what the
    /// hardware makes of it.
    /// </summary>
    public static IReadOnlyDictionary<string, Func<ReadOnlyMemory<ulong>, IReadOnlyList<string>>> Tables { get; } =
        new Dictionary<string, Func<ReadOnlyMemory<ulong>, IReadOnlyList<string>>>
        {
            ["ste"] = words => [.. Fields(Ste.Layout, Entry.Of(words.Span)), .. SteMeaning(Entry.Of(words.Span))],
            ["l1std"] = words => [.. Fields(L1Std.Layout, Entry.Of(words.Span)), L1StdMeaning(Entry.Of(words.Span))],
            ["l1cd"] = words => [.. Fields(L1Cd.Layout, Entry.Of(words.Span)), L1CdMeaning(Entry.Of(words.Span))],
            ["cd"] = words => [.. Fields(Cd.Layout, Entry.Of(words.Span)), .. CdMeaning(Entry.Of(words.Span))],
        };

    // An SMMU that has everything: what it finds ILLEGAL no SMMU accepts.
    private static SmmuFeatures Generous { get; } = new() { Hyp = true, Dpt = true, AArch32Tables = true, OutputBits = 52, SsidSize = 31 };

    private const string Judged = "on an SMMU with every feature, a configurable stall model and 52-bit addresses:";

    private static IEnumerable<string> Fields(Layout layout, Entry<Number> entry) =>
        layout.Parts
            .Where(part => layout.Fields.Contains(part) || part.Of(in entry) != 0)
            .Select(part => $"{layout.Name}.{part.Name} = {part.Say(part.Of(in entry))}"
                + (layout.Fields.Contains(part) ? "" : "  (reserved bits are set)"));

    private static IEnumerable<string> SteMeaning(Entry<Number> entry)
    {
        yield return Judged;
        var behaviour = SteBehaviour.Of<Number, Truth>(Generous, in entry);
        foreach (var rule in SteLegality.Broken(Generous, entry))
        {
            yield return $"ILLEGAL: {rule}";
        }

        for (var access = Access.Untranslated; access <= Access.Translated; access++)
        {
            yield return $"{access}: {SteJudge.Say(behaviour[(int)access])}";
        }
    }

    private static string L1StdMeaning(Entry<Number> entry) => L1Std.Span.Of(in entry) switch
    {
        0 => "no leaf: every StreamID under it is out of range (C_BAD_STREAMID)",
        > 11 => "SPAN is larger than any leaf can be: every StreamID under it is out of range (C_BAD_STREAMID)",
        var span => $"a leaf of {1UL << (int)(span - 1)} STEs",
    };

    private static string L1CdMeaning(Entry<Number> entry) =>
        L1Cd.V.Of(in entry) == 1 ? $"a leaf of {1 << L1Cd.Split} CDs" : "no leaf: its pointer is not followed";

    private static IEnumerable<string> CdMeaning(Entry<Number> entry)
    {
        yield return Judged;
        foreach (var rule in CdLegality.Broken(Generous, entry, stallDisabled: false))
        {
            yield return $"ILLEGAL: {rule}";
        }

        yield return $"traffic: {CdJudge.Say(CdBehaviour.Of(Generous, in entry, new Truth(false)))}";
    }
}
