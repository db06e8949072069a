// Which claims the variants of iommu-core violate, and why.

namespace Verify.Properties.IommuCore;

/// <summary>The verdicts that are expected of iommu-core.</summary>
internal static class GroupVerdicts
{
    /// <summary>What a variant violates.</summary>
    /// <param name="variant">Its name.</param>
    public static Why[] Of(string variant) => variant switch
    {
        _ => [],
    };
}
