// The native memory of one exploration: every table, frontier block and buffer is taken from here, so that the limit the user set is a
// real bound and everything can be accounted for.

using System.Runtime.InteropServices;

namespace Verify.Engine;

/// <summary>Thrown inside the engine when an allocation would pass the memory limit; ends the run, never seen by callers.</summary>
internal sealed class MemoryLimitException() : Exception("memory limit");

/// <summary>Hands out native memory up to a limit. May be used by several threads at once.</summary>
internal sealed unsafe partial class NativeBudget(long limit)
{
    private const nuint HugePage = 2 << 20;
    private const nuint CacheLine = 64;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of Linux

    private long _used;
    private long _peak;

    /// <summary>The limit, in bytes.</summary>
    public long Limit => limit;

    /// <summary>Bytes handed out now.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Bytes handed out at the highest.</summary>
    public long Peak => Volatile.Read(ref _peak);

    /// <summary>Counts memory that the caller gets from elsewhere; false where the limit does not allow it.</summary>
    public bool TryTake(long bytes)
    {
        long used = Interlocked.Add(ref _used, bytes);
        if (used > limit || used < 0)
        {
            Interlocked.Add(ref _used, -bytes);
            return false;
        }
        RaisePeak(used);
        return true;
    }

    /// <summary>The reverse of <see cref="TryTake"/>.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _used, -bytes);

    /// <summary>Memory of at least cache-line alignment, or null where the limit (or the machine) does not allow it.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="zeroed">Whether the memory must be zero.</param>
    public byte* TryAllocate(long bytes, bool zeroed)
    {
        if (!TryTake(bytes))
        {
            return null;
        }
        byte* memory = Take((nuint)bytes);
        if (memory == null)
        {
            GiveBack(bytes);
            return null;
        }
        if (zeroed)
        {
            NativeMemory.Clear(memory, (nuint)bytes);
        }
        return memory;
    }

    /// <summary>As <see cref="TryAllocate"/>.</summary>
    /// <exception cref="MemoryLimitException">The limit does not allow it.</exception>
    public byte* Allocate(long bytes, bool zeroed)
    {
        byte* memory = TryAllocate(bytes, zeroed);
        return memory != null ? memory : throw new MemoryLimitException();
    }

    /// <summary>Takes back what <see cref="TryAllocate"/> gave; null is ignored.</summary>
    public void Free(void* memory, long bytes)
    {
        if (memory != null)
        {
            NativeMemory.AlignedFree(memory);
            GiveBack(bytes);
        }
    }

    private static byte* Take(nuint bytes)
    {
        try
        {
            if (bytes < HugePage)
            {
                return (byte*)NativeMemory.AlignedAlloc(bytes, CacheLine);
            }
            var memory = (byte*)NativeMemory.AlignedAlloc(bytes, HugePage);
            Advise(memory, bytes);
            return memory;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    // Tables are accessed at random: with 4 KiB pages nearly every access also misses the TLB, and a run takes about twice as long.
    // Advice only: a kernel without transparent huge pages, or another operating system, works as well.
    private static void Advise(byte* memory, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MAdvise(memory, bytes, AdviseHugePages);
        }
    }

    /// <summary>Counts a peak of an earlier run that this one goes on from.</summary>
    public void NoteEarlierPeak(long bytes) => RaisePeak(bytes);

    private void RaisePeak(long used)
    {
        long peak = Volatile.Read(ref _peak);
        while (used > peak)
        {
            long seen = Interlocked.CompareExchange(ref _peak, used, peak);
            if (seen == peak)
            {
                return;
            }
            peak = seen;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* memory, nuint bytes, int advice);
}
