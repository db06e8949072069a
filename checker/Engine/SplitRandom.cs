// Pseudo-random numbers that can be split by walk: the same on every machine and in every version of .NET.

using System.Numerics;

namespace Verify.Engine;

/// <summary>
/// xoshiro256** (Blackman, Vigna, "Scrambled linear pseudorandom number generators", 2018), its state filled by SplitMix64 as its authors
/// advise. Stream i of a seed depends on nothing but the two numbers, so any walk can be made again alone.
/// </summary>
internal struct SplitRandom
{
    private const ulong Golden = 0x9e3779b97f4a7c15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Stream <paramref name="stream"/> of <paramref name="seed"/>.</summary>
    public SplitRandom(ulong seed, ulong stream)
    {
        // Mixed twice, because seed + stream alone would make (1, 2) and (2, 1) the same.
        ulong state = seed;
        state = SplitMix(ref state) ^ stream;
        state = SplitMix(ref state);
        (_s0, _s1, _s2, _s3) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1, each as likely (Lemire, "Fast random integer generation in an interval", 2019).</summary>
    public int Below(int bound)
    {
        ulong range = (ulong)bound;
        ulong high = Math.BigMul(Next(), range, out ulong low);
        if (low < range)
        {
            ulong reject = (0 - range) % range;
            while (low < reject)
            {
                high = Math.BigMul(Next(), range, out low);
            }
        }
        return (int)high;
    }

    /// <summary>A number from 0 up to but not 1, in steps of 2^-53.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += Golden;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
