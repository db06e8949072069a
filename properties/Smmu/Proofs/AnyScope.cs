// Scopes of theorems. "any:PROFILE" is every pair of entries on a profile; "any:PROFILE:FROM:TO" is one of them, words in hexadecimal from w0 on
// with dots between, which is how a trace of a refuted theorem names its update: any:ats:1.0.0.0:9.100000000000. "any:platforms" is what builders make
// on all platforms; its traces name one of these like a profile.

using System.Globalization;
using Verify.Bits;
using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Smmu.Driver;
using Verify.Smmu.Update;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Reads and writes the scopes of theorems.</summary>
internal static class AnyScope
{
    private const string Prefix = "any:";

    /// <summary>The scope of statements about all platforms of <see cref="PlatformList"/>.</summary>
    public const string Platforms = Prefix + "platforms";

    /// <summary>The scope of all pairs on a profile.</summary>
    public static string Name(Platform platform) => $"{Prefix}{platform.Name}";

    /// <summary>The scope of one pair.</summary>
    public static string Name(Platform platform, in Entry<Number> from, in Entry<Number> to) =>
        $"{Name(platform)}:{Words(from)}:{Words(to)}";

    /// <summary>The pair that a scope names; null where it names neither one of them nor one of <see cref="PlatformList"/>, or is no scope of this form.</summary>
    public static EntryPair? Pair(string scope, IReadOnlyList<Platform> platforms)
    {
        var parts = scope.Split(':');
        if (!scope.StartsWith(Prefix, StringComparison.Ordinal) || parts.Length != 4
            || platforms.Concat(PlatformList.All).FirstOrDefault(platform => platform.Name == parts[1]) is not { } platform
            || Entry(parts[2]) is not { } from || Entry(parts[3]) is not { } to)
        {
            return null;
        }

        return new EntryPair($"{platform.Name}: any entry -> any other", platform, from, to);
    }

    /// <summary>The run of the concrete model at the scope of one pair that violates <paramref name="claim"/>.</summary>
    /// <exception cref="UnconfirmedException">There is none.</exception>
    public static TraceDocument Replay(Func<string, ISubject> open, string scope, Claim claim, Part refuted)
    {
        var subject = open(scope);
        return subject.Explore(new ExploreOptions { Threads = 1, Properties = [claim.Name] }).Outcomes[0].Counterexample
            ?? throw new UnconfirmedException(
                $"{refuted.Name} is refuted, but {subject.System}/{subject.Variant} at scope {scope} shows no violation of {claim.Name}");
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
