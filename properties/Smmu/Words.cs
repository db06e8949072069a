// Decoding the 64-bit words that the SMMU models name in their states.

using Verify.Bits;

namespace Verify.Properties.Smmu;

/// <summary>Decoders for words named "….ENTRY.wN".</summary>
public static class Words
{
    /// <summary>Decodes words of the entries called <paramref name="entry"/>, wherever a state names them.</summary>
    public static Func<string, ulong?, ulong, IReadOnlyList<string>> Decoder(string entry, Layout layout) => (name, before, after) =>
    {
        var at = name.LastIndexOf(".w", StringComparison.Ordinal);
        var named = at >= 0 && (name[..at] == entry || name[..at].EndsWith("." + entry, StringComparison.Ordinal));
        return named && int.TryParse(name[(at + 2)..], out var word) && word < layout.Words
            ? [.. layout.Say(word, before, after)]
            : [];
    };
}
