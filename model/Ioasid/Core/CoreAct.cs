// The steps of the IOASID core and the results that its calls return.

namespace Verify.Model.Ioasid.Core;

/// <summary>The steps, named in traces after the functions and what they do.</summary>
public enum CoreAct : ushort
{
    /// <summary>Memory for the entry, before the lock.</summary>
    NewEntry,

    /// <summary>The default allocator's ID, stored at once.</summary>
    AllocDefault,

    /// <summary>The platform's ID.</summary>
    PlatformAlloc,

    /// <summary>The platform's ID is stored.</summary>
    StorePlatformId,

    /// <summary>The platform's ID goes back, because it could not be stored.</summary>
    PlatformUndo,

    /// <summary>The ID is written to the entry, and returned.</summary>
    ReturnId,

    /// <summary>One more reference.</summary>
    Get,

    /// <summary>One reference less.</summary>
    Put,

    /// <summary>The entry is looked up.</summary>
    Free,

    /// <summary>The same by a caller of another set that holds nothing; ioasid_free or ioasid_put.</summary>
    PutByStranger,

    /// <summary>A device is unbound without ioasid_put.</summary>
    Unbind,

    /// <summary>ioasid_put with INVALID_IOASID.</summary>
    PutInvalid,

    /// <summary>The platform has the ID back.</summary>
    PlatformFree,

    /// <summary>The entry leaves its map, and the caller is done.</summary>
    Erase,

    /// <summary>New private data is published.</summary>
    SetData,

    /// <summary>A grace period is over.</summary>
    Synchronized,

    /// <summary>The entry is looked up by a reader.</summary>
    Look,

    /// <summary>Its set is compared, its private pointer read.</summary>
    Check,

    /// <summary>The getter is called with that.</summary>
    AskGetter,

    /// <summary>There is no getter: the pointer is returned.</summary>
    ReturnPlain,

    /// <summary>The caller uses the data.</summary>
    Use,

    /// <summary>ioasid_register_allocator.</summary>
    Register,

    /// <summary>ioasid_unregister_allocator.</summary>
    Unregister,

    /// <summary>A call waits for the lock.</summary>
    Spin,
}

/// <summary>What a step returns, or what comes of it.</summary>
public enum CoreResult : byte
{
    /// <summary>Nothing.</summary>
    Void,

    /// <summary>What was wanted.</summary>
    Done,

    /// <summary>The same, with private data.</summary>
    WithData,

    /// <summary>An ID outside [min, max].</summary>
    Outside,

    /// <summary>ioasid_put: it was the last reference.</summary>
    True,

    /// <summary>ioasid_put: it was not.</summary>
    False,

    /// <summary>NULL: no data, or the getter refused.</summary>
    Null,

    /// <summary>INVALID_IOASID: no memory, or no ID.</summary>
    Invalid,

    /// <summary>The ID is mapped already.</summary>
    Duplicate,

    /// <summary>-ENOENT, or where nothing is returned: no such ID.</summary>
    NoEntry,

    /// <summary>-EACCES: of another set; or refused.</summary>
    NoAccess,

    /// <summary>-EAGAIN: there are IDs of the default allocator.</summary>
    Again,

    /// <summary>-EEXIST: registered already.</summary>
    Exists,

    /// <summary>-ENOMEM.</summary>
    NoMemory,

    /// <summary>-EBUSY: IDs are in use.</summary>
    Busy,

    /// <summary>Only a WARN says that something is wrong.</summary>
    Warned,

    /// <summary>Registered with an allocator that others have registered, or withdrawn from one that others still have.</summary>
    Shared,

    /// <summary>Registered, but another custom allocator is active.</summary>
    InTurn,

    /// <summary>It never returns: a list leads nowhere.</summary>
    Never,
}
