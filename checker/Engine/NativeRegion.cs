// Native memory that grows where it is: a large range of addresses is reserved, and what is used of it is taken from the budget.

using System.Runtime.InteropServices;

namespace Verify.Engine;

/// <summary>
/// An array of bytes that begins with zeros and may be made longer without being copied. Only what is in use counts against the budget; the kernel
/// gives pages for it when they are first touched.
/// </summary>
/// <remarks>Where addresses cannot be reserved (another operating system, a limit on addresses) it is moved to grow, and needs room for both copies.</remarks>
internal sealed unsafe partial class NativeRegion(NativeBudget budget)
{
    private const long HugePage = 2 << 20;
    private const long Page = 4 << 10;
    private const long MostAddresses = 1L << 40;
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE of Linux
    private const int PrivateAnonymousNoReserve = 0x4022; // MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE of Linux
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of Linux

    private readonly byte* _reserved = Reserve(Addresses(budget));

    /// <summary>The first byte; changes only in <see cref="TryGrow"/>.</summary>
    public byte* Memory { get; private set; }

    /// <summary>Bytes in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>What is taken for so many bytes: whole pages, and from 2 MiB on whole huge pages.</summary>
    public static long Rounded(long bytes)
    {
        long page = bytes < HugePage ? Page : HugePage;
        return (bytes + page - 1) / page * page;
    }

    /// <summary>Makes the region at least this long; false when the budget does not allow it. What is new is zero. Not while others use it.</summary>
    public bool TryGrow(long bytes)
    {
        bytes = Rounded(bytes);
        if (_reserved == null)
        {
            return TryMove(bytes);
        }
        if (bytes > Addresses(budget) - HugePage || !budget.TryTake(bytes - Bytes))
        {
            return false;
        }
        Memory = (byte*)(((long)_reserved + HugePage - 1) / HugePage * HugePage);
        Advise(bytes);
        Bytes = bytes;
        return true;
    }

    /// <summary>Gives everything back.</summary>
    public void Free()
    {
        if (_reserved == null)
        {
            budget.Free(Memory, Bytes);
        }
        else if (Memory != null)
        {
            budget.GiveBack(Bytes);
        }
        if (_reserved != null)
        {
            _ = Unmap(_reserved, (nuint)Addresses(budget));
        }
        Memory = null;
        Bytes = 0;
    }

    private static long Addresses(NativeBudget budget) => Math.Clamp(budget.Limit, 0, MostAddresses) / HugePage * HugePage + (2 * HugePage);

    private static byte* Reserve(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        byte* memory = Map(null, (nuint)bytes, ReadWrite, PrivateAnonymousNoReserve, -1, 0);
        return memory == (byte*)-1 ? null : memory;
    }

    // The first huge page stays in small ones, so that a small table takes no more than it says.
    private void Advise(long bytes)
    {
        long from = Math.Max(Bytes, HugePage);
        if (bytes > from)
        {
            _ = MAdvise(Memory + from, (nuint)(bytes - from), AdviseHugePages);
        }
    }

    private bool TryMove(long bytes)
    {
        byte* memory = budget.TryAllocate(bytes, zeroed: true);
        if (memory == null)
        {
            return false;
        }
        Buffer.MemoryCopy(Memory, memory, bytes, Bytes);
        budget.Free(Memory, Bytes);
        Memory = memory;
        Bytes = bytes;
        return true;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* memory, nuint bytes, int advice);
}
