// CPUs and the locks they take.

using System.Runtime.CompilerServices;

namespace Verify.Model.Locks;

/// <summary>How a CPU takes what protects a table.</summary>
public enum LockAlgorithm : byte
{
    /// <summary>One lock, by an atomic test-and-set as soon as it is seen free: Linux on x86 before 2.6.25.</summary>
    TestAndSet,

    /// <summary>One lock, in the order of tickets: Linux on x86 from 2.6.25 on.</summary>
    Ticket,

    /// <summary>One lock, which is read and then written: broken.</summary>
    LoadThenStore,

    /// <summary>One lock, by an atomic test-and-set; whoever has it returns without giving it back: broken.</summary>
    NoUnlock,

    /// <summary>Two locks, which odd CPUs take in the other order than even ones. Whoever does not get the second drops the first and tries again.</summary>
    TryLock,

    /// <summary>Two locks, which odd CPUs take in the other order than even ones, and wait for.</summary>
    Abba,
}

/// <summary>Where a CPU is.</summary>
public enum LockPc : byte
{
    /// <summary>It wants nothing.</summary>
    Idle,

    /// <summary>It wants the table.</summary>
    Wants,

    /// <summary>It has the first of two locks, a ticket, or has seen the lock free.</summary>
    Half,

    /// <summary>It could not get the second lock.</summary>
    Failed,

    /// <summary>It has the table.</summary>
    Holds,
}

/// <summary>A byte for each CPU.</summary>
[InlineArray(LockModel.MostCpus)]
public struct ByCpu
{
    private byte _first;
}

/// <summary>The CPUs and the locks.</summary>
public struct LockState
{
    /// <summary>Where each CPU is, a <see cref="LockPc"/>.</summary>
    public ByCpu Pc;

    /// <summary>The ticket of each, where there are tickets.</summary>
    public ByCpu Ticket;

    /// <summary>The locks that are taken, a bit each.</summary>
    public byte Taken;

    /// <summary>The ticket that the next CPU draws.</summary>
    public byte Next;

    /// <summary>The ticket that is served.</summary>
    public byte Served;
}
