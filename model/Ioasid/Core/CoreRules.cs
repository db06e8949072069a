// Which IOASID core it is, who calls it, and what platform stands behind its custom allocators.

namespace Verify.Model.Ioasid.Core;

/// <summary>What callers keep to, although the core does not make them.</summary>
/// <remarks>
/// A hold is what an allocation gives, and each ioasid_get of one who holds already; ioasid_put or ioasid_free gives it up. Holds are counted by ID, not by CPU: any CPU
/// may act for any holder. Only who holds an ID puts it, unless <see cref="HaveStrangers"/>.
/// </remarks>
public sealed record Callers
{
    /// <summary>ioasid_find is given a getter, which takes a reference on the private data inside the RCU section.</summary>
    public bool GiveGetter { get; init; }

    /// <summary>The last holder calls ioasid_set_data(NULL) before it gives the ID up; otherwise it frees the private data when that call has returned.</summary>
    public bool ClearData { get; init; }

    /// <summary>The last ops with a pair of functions is unregistered only when nobody holds an ID of it: "all IDs must be freed before", as the comment of 5.11 asks.</summary>
    public bool UnregisterEmpty { get; init; }

    /// <summary>Ops are registered only when they are not registered.</summary>
    public bool RegisterOnce { get; init; }

    /// <summary>Ops are unregistered only when they are registered.</summary>
    public bool UnregisterOnce { get; init; }

    /// <summary>Nobody asks for an ID that is not there: all calls but ioasid_find are for IDs that the caller holds.</summary>
    public bool AskForTheirs { get; init; }

    /// <summary>Callers that hold nothing, and belong to another set, put or free IDs.</summary>
    public bool HaveStrangers { get; init; }

    /// <summary>A device that is unbound drops its hold without ioasid_put, unless it is the last one: VT-d before 62ef907a045e (5.14-rc7).</summary>
    public bool PutAtLastUnbind { get; init; }

    /// <summary>The last hold is put with INVALID_IOASID, because mm->pasid was cleared first: load_pasid before its follow-up fix (Aug 2021).</summary>
    public bool ClearPasidFirst { get; init; }

    /// <summary>Callers that do whatever a caller may.</summary>
    public static Callers Any { get; } = new();

    /// <summary>Callers that keep to every rule there is.</summary>
    public static Callers Careful { get; } = new()
    {
        GiveGetter = true,
        ClearData = true,
        UnregisterEmpty = true,
        RegisterOnce = true,
        UnregisterOnce = true,
        AskForTheirs = true,
    };
}

/// <summary>What the platform (a vIOMMU, by its virtual command register) does with its own book of IDs.</summary>
public sealed record PlatformRules
{
    /// <summary>IDs come from anywhere: the guest allocator of VT-d looks at the range only to refuse what no PASID can be, and the host decides.</summary>
    public bool IgnoresRange { get; init; }

    /// <summary>An ID may be issued again while it is in use.</summary>
    public bool Reissues { get; init; }
}

/// <summary>What the IOASID core does. The defaults are those of Linux 5.5.</summary>
public sealed record CoreRules
{
    /// <summary>Linux 5.5: fa83433c92e3. ioasid_free is immediate.</summary>
    public static CoreRules Linux55 { get; } = new();

    /// <summary>Linux 5.11: cb4789b0d19f gives each ID a reference count, with ioasid_get and ioasid_put instead of ioasid_free.</summary>
    public static CoreRules Linux511 { get; } = new() { HasReferences = true };

    /// <summary>Linux 5.18: 701fac40384f takes the count away again. What is left is the core of 5.5.</summary>
    public static CoreRules Linux518 => Linux55;

    /// <summary>
    /// A design of this project that needs no care from callers but this: who holds an ID does not put it twice. Each change has its reason with the rule.
    /// It costs a set argument for all calls, a getter for ioasid_find, and that the last ioasid_put of an ID with private data sleeps.
    /// </summary>
    public static CoreRules Repaired { get; } = new()
    {
        HasReferences = true,
        WritesIdFirst = true,
        ChecksRange = true,
        FreesDuplicate = false,
        LinksLast = true,
        HandsOpsOn = true,
        KnowsItsOps = true,
        KeepsUsedAllocator = true,
        NeedsGetter = true,
        PutWaits = true,
        ChecksSet = true,
    };

    /// <summary>IDs have reference counts: 5.11 to 5.17.</summary>
    public bool HasReferences { get; init; }

    /// <summary>
    /// The slot is reserved, the ID written to the entry, and only then the entry stored: readers never find an entry that does not know its ID. Without it the entry is
    /// found first.
    /// </summary>
    public bool WritesIdFirst { get; init; }

    /// <summary>An ID from the platform outside [min, max] is given back, and the allocation fails: a caller that asked for a range relies on it.</summary>
    public bool ChecksRange { get; init; }

    /// <summary>An ID from the platform that is mapped already is given back to it, though another caller is using it.</summary>
    public bool FreesDuplicate { get; init; } = true;

    /// <summary>The slot of an ID that cannot be stored is given back to the platform.</summary>
    public bool UndoesFailedStore { get; init; } = true;

    /// <summary>
    /// Registering links the ops into a list only when nothing can fail any more, and refuses ops that are in a list. Without it the node is first linked into a new
    /// allocator, which is deleted again when there is one: what the node was linked to before stays linked to it.
    /// </summary>
    public bool LinksLast { get; init; }

    /// <summary>When the ops whose functions an allocator calls are withdrawn, it goes on with those of another sharer. Without it, it calls withdrawn ones.</summary>
    public bool HandsOpsOn { get; init; }

    /// <summary>Unregistering ops that are not registered does nothing. Without it, the last sharer's allocator goes, whoever that is.</summary>
    public bool KnowsItsOps { get; init; }

    /// <summary>An allocator with IDs in use is not withdrawn: -EBUSY. Without it there is only a WARN, and the IDs are lost.</summary>
    public bool KeepsUsedAllocator { get; init; }

    /// <summary>ioasid_find without a getter is refused: whatever it returned could be freed at once.</summary>
    public bool NeedsGetter { get; init; }

    /// <summary>
    /// The last ioasid_put waits, after unlock, for readers that may have found the entry, so that the caller may free the private data, as after ioasid_set_data.
    /// </summary>
    public bool PutWaits { get; init; }

    /// <summary>Calls name the set that the ID must belong to: -EACCES for those of others.</summary>
    public bool ChecksSet { get; init; }

    /// <summary>The first custom allocator is refused while there are IDs of the default one: -EAGAIN.</summary>
    public bool ChecksDefaultEmpty { get; init; } = true;

    /// <summary>The default allocator is active again when the last custom one goes.</summary>
    public bool ReturnsToDefault { get; init; } = true;

    /// <summary>An entry that is removed is freed after a grace period.</summary>
    public bool FreesEntryByRcu { get; init; } = true;

    /// <summary>ioasid_set_data waits for a grace period, after which its caller may free the old data.</summary>
    public bool SetDataWaits { get; init; } = true;

    /// <summary>It does so before it gives the lock back: broken.</summary>
    public bool SleepsUnderLock { get; init; }

    /// <summary>The functions of a custom allocator call the core, which takes the lock that is taken: broken.</summary>
    public bool CallbackTakesLock { get; init; }
}
