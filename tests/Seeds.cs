// Randomised tests: where their seeds come from, and how a failure is run again.

using System.Globalization;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Sdk;

namespace Verify.Tests;

/// <summary>
/// One seed decides everything a randomised test does. It is new in each run, unless the environment variable VERIFY_SEED sets it; a test
/// that fails says which it was and the command that runs it again.
/// </summary>
public static class Seeds
{
    /// <summary>The environment variable that sets the seed: a decimal number, or 0x and hexadecimal digits.</summary>
    public const string Variable = "VERIFY_SEED";

    /// <summary>Checks a property on random cases, shrinking what fails.</summary>
    /// <param name="property">Made by FsCheck.Fluent.Prop.ForAll, for instance.</param>
    /// <param name="cases">How many cases.</param>
    /// <param name="test">The test's name, for the command that is printed; filled in by the compiler.</param>
    public static void Check(Property property, int cases = 100, [CallerMemberName] string test = "") =>
        Run(seed => Check(seed, property, cases), test);

    /// <summary>Checks that <paramref name="law"/> holds of every value that <paramref name="values"/> makes.</summary>
    public static void Hold<T>(Gen<T> values, Func<T, bool> law, int cases = 200, [CallerMemberName] string test = "") =>
        Check(Prop.ForAll(values.ToArbitrary(), law), cases, test);

    /// <summary>Checks a property on the cases of one seed.</summary>
    public static void Check(ulong seed, Property property, int cases)
    {
        // A replay without a size starts from the seed and makes all cases, the same ones each time.
        var start = FSharpOption<Replay>.Some(new Replay(new Rnd(seed), FSharpOption<int>.None));
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases).WithQuietOnSuccess(true).WithReplay(start), property);
    }

    /// <summary>Runs a test that draws its own random numbers from the seed it is given.</summary>
    /// <param name="body">The test.</param>
    /// <param name="test">The test's name, for the command that is printed; filled in by the compiler.</param>
    public static void Run(Action<ulong> body, [CallerMemberName] string test = "")
    {
        ulong seed = Seed();
        try
        {
            body(seed);
        }
        catch (Exception e)
        {
            throw new XunitException($"seed {seed}; again with: {Variable}={seed} dotnet test tests -c Release --filter FullyQualifiedName~{test}\n{e.Message}", e);
        }
    }

    private static ulong Seed()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text))
        {
            return (ulong)Random.Shared.NextInt64();
        }
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw new FormatException($"{Variable} is '{text}', not a number");
    }
}
