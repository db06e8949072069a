// How a law is put to FsCheck from an xunit fact: one seed for the whole run, printed when a law fails and settable to replay it.

using FsCheck;
using FsCheck.Fluent;

namespace Verify.Tests;

/// <summary>Checks laws on random values.</summary>
public static class Laws
{
    /// <summary>
    /// The seed of this run: <c>VERIFY_SEED</c> where it is set (decimal), else a new one. Every law starts from it, so that a failure
    /// is replayed by the seed alone, whichever tests run beside it.
    /// </summary>
    public static ulong Seed { get; } = ReadSeed();

    /// <summary>Fails the fact, with the shrunk value and the seed, unless <paramref name="law"/> holds of <paramref name="count"/> values.</summary>
    public static void Hold<T>(Func<T, bool> law, int count = 200) => Check(Prop.ForAll(law), count);

    /// <summary>The same with values from <paramref name="generator"/>, which are not shrunk.</summary>
    public static void Hold<T>(Gen<T> generator, Func<T, bool> law, int count = 200) =>
        Check(Prop.ForAll(generator.ToArbitrary(), law), count);

    private static void Check(Property law, int count)
    {
        // FsCheck wants an odd second half of its seed.
        var config = Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(Seed, 1);
        try
        {
            law.Check(config);
        }
        catch (Exception failure)
        {
            throw new LawFailedException($"VERIFY_SEED={Seed} replays this: {failure.Message}", failure);
        }
    }

    private static ulong ReadSeed()
    {
        var text = Environment.GetEnvironmentVariable("VERIFY_SEED");
        if (string.IsNullOrEmpty(text))
        {
            return (ulong)Random.Shared.NextInt64();
        }

        return ulong.TryParse(text, out var seed)
            ? seed
            : throw new FormatException($"VERIFY_SEED is '{text}'; it must be a decimal number from 0 to {ulong.MaxValue}");
    }
}

/// <summary>A law did not hold of some value; the message has the value and the seed.</summary>
public sealed class LawFailedException(string message, Exception inner) : Exception(message, inner);
