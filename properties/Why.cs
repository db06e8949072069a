// Why a variant is expected to violate a claim.

using Verify.Engine;

namespace Verify.Properties;

/// <summary>A claim that a variant is expected to violate, with the reason in a few words.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Reason">The reason.</param>
internal sealed record Why(Claim Claim, string Reason)
{
    /// <summary>The same reason for several claims.</summary>
    public static IEnumerable<Why> Each(string reason, params Claim[] claims) => claims.Select(claim => new Why(claim, reason));

    /// <summary>The reasons by the claims' names.</summary>
    public static IReadOnlyDictionary<string, string> Map(Why[] reasons) => reasons.ToDictionary(why => why.Claim.Name, why => why.Reason);
}
