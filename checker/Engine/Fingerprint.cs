// The 64-bit fingerprint of a state.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Verify.Engine;

/// <summary>
/// Hashes the bytes of a state to 64 bits by folding 128-bit products, as wyhash does (Wang Yi, "Modern non-cryptographic hash function
/// and pseudorandom generator", 2019): sixteen bytes take one multiplication, and every bit of the input reaches every bit of the result.
/// </summary>
/// <remarks>
/// The size of the state is a constant where the function is compiled, so small states cost a handful of instructions without a branch.
/// Tables use the high bits for their index. Nothing here is drawn per run: a state has the same fingerprint in every run, and counterexamples,
/// which are chosen by it, are the same too.
/// </remarks>
internal static unsafe class Fingerprint
{
    // Odd, with 32 bits set each, and no structure that a state could have.
    private const ulong K0 = 0x2d358dccaa6c78a5;
    private const ulong K1 = 0x8bb84b93962eacc9;
    private const ulong K2 = 0x4b33a62ed433d4a3;

    /// <summary>True when different states of this type always have different fingerprints: up to 8 bytes are mixed by a bijection.</summary>
    public static bool IsInjective<TState>()
        where TState : unmanaged => sizeof(TState) <= sizeof(ulong);

    /// <summary>The fingerprint of a state; any value, 0 included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<TState>(TState* state)
        where TState : unmanaged
    {
        var bytes = (byte*)state;
        if (sizeof(TState) <= sizeof(ulong))
        {
            return Mix(Short(bytes, sizeof(TState)));
        }
        ulong hash = K0 ^ (ulong)sizeof(TState);
        if (sizeof(TState) > 16)
        {
            hash = Body(bytes, sizeof(TState), hash);
        }
        // The last sixteen bytes, overlapping what is done already; for 9 to 15 bytes, two overlapping halves.
        int first = Math.Max(0, sizeof(TState) - 16);
        hash = Fold(Read(bytes + first) ^ K1, Read(bytes + sizeof(TState) - 8) ^ hash);
        return Fold(hash ^ K2, K0);
    }

    /// <summary>Makes the fingerprints of some states their keys.</summary>
    public static void OfAll<TState>(TState* states, Waiting* known, int count)
        where TState : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            known[i].Key = Of(states + i);
        }
    }

    /// <summary>The high half of the product of two words, folded onto the low half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b) => High(a, b) ^ (a * b);

    /// <summary>The high half of the product of two words.</summary>
    /// <remarks>Where both halves are asked for at once, the compiler sends the low one through memory; a second multiplication is cheaper.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(ulong a, ulong b) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Body(byte* bytes, int size, ulong hash)
    {
        for (int at = 0; at < size - 16; at += 16)
        {
            hash = Fold(Read(bytes + at) ^ K1, Read(bytes + at + 8) ^ hash);
        }
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(byte* bytes) => Unsafe.ReadUnaligned<ulong>(bytes);

    // Up to eight bytes, each in a place of its own, so that nothing is lost.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Short(byte* bytes, int size)
    {
        if (size == 8)
        {
            return Read(bytes);
        }
        ulong word = 0;
        for (int i = 0; i < size; i++)
        {
            word |= (ulong)bytes[i] << (8 * i);
        }
        return word;
    }

    /// <summary>The finaliser of MurmurHash3: a bijection on 64-bit words. The constant keeps the all-zero word away from 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong word)
    {
        word ^= K0;
        word = (word ^ (word >> 33)) * 0xff51afd7ed558ccd;
        word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53;
        return word ^ (word >> 33);
    }
}
