// Scopes of theorems. "any:PROFILE" is every pair of entries on a profile; "any:PROFILE:FROM:TO" is one of them, words in hexadecimal from w0 on
// with dots between, which is how a trace of a refuted theorem names its update: any:ats:1.0.0.0:9.100000000000.

using System.Globalization;
using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Update;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Reads and writes the scopes of theorems.</summary>
internal static class AnyScope
{
    private const string Prefix = "any:";

    /// <summary>The scope of all pairs on a profile.</summary>
    public static string Name(Platform platform) => $"{Prefix}{platform.Name}";

    /// <summary>The scope of one pair.</summary>
    public static string Name(Platform platform, in Entry<Number> from, in Entry<Number> to) => $"{Name(platform)}:{Words(from)}:{Words(to)}";

    /// <summary>The pair that a scope names; null where it names none of the platforms, or is no scope of this form.</summary>
    public static EntryPair? Pair(string scope, IReadOnlyList<Platform> platforms)
    {
        var parts = scope.Split(':');
        if (!scope.StartsWith(Prefix, StringComparison.Ordinal) || parts.Length != 4
            || platforms.FirstOrDefault(platform => platform.Name == parts[1]) is not { } platform
            || Entry(parts[2]) is not { } from || Entry(parts[3]) is not { } to)
        {
            return null;
        }

        return new EntryPair($"{platform.Name}: any entry -> any other", platform, from, to);
    }

    private static string Words(Entry<Number> entry)
    {
        var words = Entry<Number>.Words;
        while (words > 1 && entry[words - 1].Value == 0)
        {
            words--;
        }

        return string.Join('.', Enumerable.Range(0, words).Select(word => entry[word].Value.ToString("x", CultureInfo.InvariantCulture)));
    }

    private static Entry<Number>? Entry(string text)
    {
        var words = text.Split('.');
        var entry = default(Entry<Number>);
        for (var i = 0; i < words.Length; i++)
        {
            if (i == Entry<Number>.Words || !ulong.TryParse(words[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            entry[i] = new Number(value);
        }

        return entry;
    }
}
