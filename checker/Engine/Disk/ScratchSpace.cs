// Files for what does not fit into memory. They have no name once they are open, so that nothing is left behind however the program ends.

using Microsoft.Win32.SafeHandles;

namespace Verify.Engine.Disk;

/// <summary>Thrown inside the engine when scratch files cannot be written or read; ends the run, never seen by callers.</summary>
internal sealed class ScratchException(string message, Exception inner) : Exception(message, inner);

/// <summary>A directory for scratch files.</summary>
/// <param name="directory">The directory; it must exist.</param>
internal sealed class ScratchSpace(string directory)
{
    // A run without end must not take the last of a disk that others use too.
    private const long Left = 1L << 30;
    private const int LeftPart = 20;
    private const long LookEvery = 64 << 20;

    private long _bytes;
    private long _peak;
    private long _sinceLook;

    /// <summary>Bytes in all files at the most.</summary>
    public long Peak => Volatile.Read(ref _peak);

    /// <summary>A new, empty file.</summary>
    /// <exception cref="ScratchException">It cannot be made.</exception>
    public ScratchFile Create() => new(this);

    /// <summary>Looks, now and then, whether the disk is nearly full.</summary>
    /// <param name="bytes">How much is about to be written.</param>
    /// <exception cref="IOException">It is.</exception>
    internal void CheckRoom(int bytes)
    {
        if (Interlocked.Add(ref _sinceLook, bytes) < LookEvery)
        {
            return;
        }
        Volatile.Write(ref _sinceLook, 0);
        var disk = new DriveInfo(directory);
        if (disk.AvailableFreeSpace < Math.Min(Left, disk.TotalSize / LeftPart))
        {
            throw new IOException($"only {disk.AvailableFreeSpace >> 20} MiB of the disk are left");
        }
    }

    /// <summary>Accounts for a file that became larger or smaller.</summary>
    internal void Note(long bytes)
    {
        long now = Interlocked.Add(ref _bytes, bytes);
        for (long peak = Peak; now > peak; peak = Peak)
        {
            Interlocked.CompareExchange(ref _peak, now, peak);
        }
    }

    /// <summary>Does something with a file, and says where when it fails.</summary>
    internal T Try<T>(Func<string, T> work)
    {
        try
        {
            return work(directory);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ScratchException($"scratch files in {directory} failed ({refused.Message}); make room there, or use another directory", refused);
        }
    }
}

/// <summary>A file that only this run knows. Any thread may read; one at a time may write.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly ScratchSpace _space;
    private readonly SafeFileHandle _handle;

    /// <summary>See <see cref="ScratchSpace.Create"/>.</summary>
    public ScratchFile(ScratchSpace space)
    {
        _space = space;
        _handle = space.Try(directory =>
        {
            string path = Path.Combine(directory, $"verify-{Path.GetRandomFileName()}");
            SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
            File.Delete(path);
            return handle;
        });
    }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Writes at the end; returns where that was.</summary>
    /// <exception cref="ScratchException">The disk is full, or fails.</exception>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        long at = Length;
        Write(at, bytes);
        return at;
    }

    /// <summary>Writes somewhere.</summary>
    /// <exception cref="ScratchException">The disk is full, or fails.</exception>
    public unsafe void Write(long at, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            (nint memory, int count) = ((nint)first, bytes.Length);
            _space.Try(_ =>
            {
                _space.CheckRoom(count);
                RandomAccess.Write(_handle, new ReadOnlySpan<byte>((void*)memory, count), at);
                return true;
            });
        }
        if (at + bytes.Length > Length)
        {
            _space.Note(at + bytes.Length - Length);
            Length = at + bytes.Length;
        }
    }

    /// <summary>Reads as many bytes as are asked for.</summary>
    /// <exception cref="ScratchException">There are not so many, or the disk fails.</exception>
    public unsafe void Read(long at, Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            (nint memory, int count) = ((nint)first, bytes.Length);
            _space.Try(directory =>
            {
                for (int done = 0; done < count;)
                {
                    int read = RandomAccess.Read(_handle, new Span<byte>((byte*)memory + done, count - done), at + done);
                    done += read > 0 ? read : throw new EndOfStreamException($"a file of {directory} is shorter than it was");
                }
                return true;
            });
        }
    }

    /// <summary>Forgets everything in it.</summary>
    public void Clear()
    {
        _space.Note(-Length);
        Length = 0;
        _space.Try(_ =>
        {
            RandomAccess.SetLength(_handle, 0);
            return true;
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _space.Note(-Length);
        Length = 0;
        _handle.Dispose();
    }
}
