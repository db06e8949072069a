// A checkpoint as a file: written under another name and put in its place when it is complete; read only if every byte is as it was written.

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Verify.Engine.Disk;

/// <summary>A checkpoint cannot be read, or not be gone on with: the message says which and why.</summary>
public sealed class CheckpointException(string message) : Exception(message);

/// <summary>Writes a checkpoint. Nothing is seen of it until <see cref="Commit"/>, whenever the program ends.</summary>
internal sealed class CheckpointWriter : IDisposable
{
    private readonly string _path;
    private readonly string _draft;
    private readonly FileStream _file;
    private readonly CryptoStream _hashed;
    private readonly SHA256 _hash = SHA256.Create();
    private bool _committed;

    /// <summary>Begins a checkpoint.</summary>
    /// <param name="path">The file; one that is there is replaced by <see cref="Commit"/>.</param>
    /// <exception cref="IOException">It cannot be written, here or later.</exception>
    public CheckpointWriter(string path)
    {
        _path = path;
        _draft = path + ".new";
        _file = new FileStream(_draft, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        _hashed = new CryptoStream(_file, _hash, CryptoStreamMode.Write, leaveOpen: true);
        Write(CheckpointReader.Magic);
    }

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _hashed.Write(bytes);

    /// <summary>Writes a number.</summary>
    public void Write(long number) => WriteValue(number);

    /// <summary>Writes a value as it lies in memory.</summary>
    public void WriteValue<T>(T value)
        where T : unmanaged => Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Writes a text.</summary>
    public void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Write(bytes.Length);
        Write(bytes);
    }

    /// <summary>Ends the checkpoint and puts it in its place.</summary>
    public void Commit()
    {
        _hashed.FlushFinalBlock();
        _file.Write(_hash.Hash);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_draft, _path, overwrite: true);
        _committed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // What could not be flushed to a full disk was not wanted any more.
        }
        _hash.Dispose();
        if (!_committed)
        {
            File.Delete(_draft);
        }
    }
}

/// <summary>Reads a checkpoint.</summary>
internal sealed class CheckpointReader : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;

    /// <summary>Opens a checkpoint and looks whether it is whole.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">There is none, or it is no whole checkpoint.</exception>
    public CheckpointReader(string path)
    {
        _path = path;
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"cannot read checkpoint {path}: {refused.Message}");
        }
        try
        {
            CheckWhole();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>What every checkpoint of this format begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "verify checkpoint 1\n"u8;

    /// <summary>Reads bytes.</summary>
    /// <exception cref="CheckpointException">There are not so many.</exception>
    public void Read(Span<byte> bytes)
    {
        if (_file.Position + bytes.Length > _file.Length - SHA256.HashSizeInBytes)
        {
            throw Refused("it has less in it than it says");
        }
        _file.ReadExactly(bytes);
    }

    /// <summary>Reads a number.</summary>
    public long ReadLong() => ReadValue<long>();

    /// <summary>Reads a value as it lay in memory.</summary>
    public T ReadValue<T>()
        where T : unmanaged
    {
        T value = default;
        Read(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    /// <summary>Reads a text.</summary>
    public string ReadText()
    {
        byte[] bytes = new byte[checked((int)ReadLong())];
        Read(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>What is said when a checkpoint is not gone on with.</summary>
    public CheckpointException Refused(string why) => new($"cannot go on with checkpoint {_path}: {why}");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void CheckWhole()
    {
        Span<byte> magic = stackalloc byte[Magic.Length];
        if (_file.Length < Magic.Length + SHA256.HashSizeInBytes || _file.ReadAtLeast(magic, magic.Length) != magic.Length || !magic.SequenceEqual(Magic))
        {
            throw Refused("it is no checkpoint of this version of verify");
        }
        _file.Position = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        for (long left = _file.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            int read = _file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            hash.AppendData(buffer, 0, read);
            left -= read > 0 ? read : throw Refused("it became shorter while it was read");
        }
        byte[] written = new byte[SHA256.HashSizeInBytes];
        _file.ReadExactly(written);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(written))
        {
            throw Refused("it is damaged (its checksum does not fit); the run must be started again");
        }
        _file.Position = Magic.Length;
    }
}
