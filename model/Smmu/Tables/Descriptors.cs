// The first-level descriptors of two-level stream and CD tables: 8 bytes each, published with one 64-bit store.
// Reference section 1.3.

using Verify.Bits;

namespace Verify.Smmu.Tables;

/// <summary>First-level stream table descriptor: where a leaf of 2^(SPAN-1) STEs lies.</summary>
public static class L1Std
{
    /// <summary>StreamIDs that one leaf of the driver holds, as log2 (split).</summary>
    public const int Split = 8;

    /// <summary>log2 of the leaf's size plus one; 0 makes every StreamID under the descriptor out of range.</summary>
    public static readonly Field Span = new("SPAN", 0, 4, 0);

    /// <summary>Address of the leaf.</summary>
    public static readonly Field L2Ptr = new("L2PTR", 0, 51, 6, FieldForm.Address);

    /// <summary>The layout.</summary>
    public static readonly Layout Layout = new("L1STD", 1, Span, L2Ptr);

    /// <summary>Which descriptor and which entry of its leaf belong to a StreamID.</summary>
    public static (uint Descriptor, uint Entry) Index(uint sid) => (sid >> Split, sid & ((1u << Split) - 1));
}

/// <summary>First-level CD table descriptor: where a leaf of 1024 CDs lies.</summary>
public static class L1Cd
{
    /// <summary>SubstreamIDs of a leaf (64 KiB), as log2.</summary>
    public const int Split = 10;

    /// <summary>The descriptor is valid.</summary>
    public static readonly Field V = Field.Flag("V", 0, 0);

    /// <summary>Address of the leaf.</summary>
    public static readonly Field L2Ptr = new("L2PTR", 0, 51, 12, FieldForm.Address);

    /// <summary>The layout.</summary>
    public static readonly Layout Layout = new("L1CD", 1, V, L2Ptr);

    /// <summary>Which descriptor and which entry of its leaf belong to a SubstreamID.</summary>
    public static (uint Descriptor, uint Entry) Index(uint ssid) => (ssid >> Split, ssid & ((1u << Split) - 1));
}
