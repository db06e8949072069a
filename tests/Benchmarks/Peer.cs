// Other model checkers: how their programs are made from a model, run and read.

using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Verify.Benchmarks;

/// <summary>Another model checker, which generates a C program for a model.</summary>
/// <param name="tool">Its name in the table, and that of its program.</param>
/// <param name="versionOption">What makes the program print its version.</param>
internal abstract class Peer(string tool, string versionOption)
{
    /// <summary>All that are known, there or not.</summary>
    public static IReadOnlyList<Peer> All { get; } = [new Spin(), new Rumur()];

    /// <summary>Its name in the table, and that of its program.</summary>
    public string Tool => tool;

    /// <summary>Its name with its version; null where it is not installed.</summary>
    public string? Version { get; } = Command.FirstLine(tool, versionOption);

    /// <summary>The models, beside this program.</summary>
    protected static string Models { get; } = Path.Combine(AppContext.BaseDirectory, "peers");

    /// <summary>Makes the program for a model in an empty directory.</summary>
    /// <param name="model">The model.</param>
    /// <param name="states">How many states to make room for.</param>
    /// <param name="directory">Where to.</param>
    /// <exception cref="PeerException">That failed.</exception>
    public abstract void Build(PeerModel model, long states, string directory);

    /// <summary>Runs the program that <see cref="Build"/> made with the same arguments, in one thread.</summary>
    /// <exception cref="PeerException">Its output was not understood.</exception>
    public abstract Sample Run(long states, string directory);

    /// <summary>Runs a program that must succeed.</summary>
    protected void Must(string directory, string program, params string[] arguments)
    {
        Command done = Command.Run(directory, program, arguments);
        if (done.Status != 0)
        {
            throw new PeerException($"{tool}: {program} failed: {(done.Errors + done.Output).Trim()}");
        }
    }

    /// <summary>The number that the group of a pattern finds in what the program printed.</summary>
    protected double Number(Command done, string pattern)
    {
        Match match = Regex.Match(done.Output, pattern, RegexOptions.Multiline);
        return match.Success
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new PeerException($"{tool}: ended with status {done.Status} and without a result: {(done.Errors + done.Output).Trim()}");
    }
}

/// <summary>Another model checker could not be used.</summary>
internal sealed class PeerException(string message) : Exception(message);

/// <summary>SPIN, exhaustively and without reduction.</summary>
internal sealed class Spin() : Peer("spin", "-V")
{
    /// <inheritdoc/>
    public override void Build(PeerModel model, long states, string directory)
    {
        Must(directory, "spin", "-a", $"-DN={model.Processes}", Path.Combine(Models, $"{model.Name}.pml"));
        Must(directory, "gcc", "-w", "-O3", "-march=native", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=16000", "-o", "pan", "pan.c");
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The depth limit is the number of states, which no path without a repetition exceeds; the hash table has two to four slots for each state.
    /// Seconds are those that the program reports, in hundredths. Its transitions count the initial state and have eight digits.
    /// </remarks>
    public override Sample Run(long states, string directory)
    {
        int slots = BitOperations.Log2((ulong)states) + 2;
        Command done = Command.Run(directory, Path.Combine(directory, "pan"), "-n", $"-m{states + 1}", $"-w{slots}");
        double errors = Number(done, @"errors: (\d+)");
        long transitions = (long)Number(done, @"^ *([\d.e+]+) transitions");
        bool truncated = done.Output.Contains("max search depth too small", StringComparison.Ordinal);
        return new Sample(
            (long)Number(done, @"^ *([\d.e+]+) states, stored"),
            transitions - 1,
            Number(done, @"elapsed time ([\d.e+-]+) seconds"),
            done.PeakBytes,
            errors == 0 && !truncated ? null : $"{errors} errors")
        {
            Rounding = Rounding(transitions),
        };
    }

    // It prints numbers in %9.8g.
    private static long Rounding(long number)
    {
        long unit = 1;
        while (number / unit >= 100_000_000)
        {
            unit *= 10;
        }
        return unit / 2;
    }
}

/// <summary>Rumur.</summary>
internal sealed class Rumur() : Peer("rumur", "--version")
{
    /// <inheritdoc/>
    public override void Build(PeerModel model, long states, string directory)
    {
        string text = File.ReadAllText(Path.Combine(Models, $"{model.Name}.m"));
        string sized = Regex.Replace(text, @"^const N: \d+;", $"const N: {model.Processes};", RegexOptions.Multiline);
        File.WriteAllText(Path.Combine(directory, "model.m"), sized);
        Must(
            directory, "rumur", "--threads", "1", "--deadlock-detection", "off", "--output-format", "machine-readable", "--output", "model.c", "model.m");
        Must(directory, "gcc", "-w", "-O3", "-march=native", "-mcx16", "-std=c11", "model.c", "-o", "model", "-lpthread", "-latomic");
    }

    /// <inheritdoc/>
    /// <remarks>Seconds are those of the whole program, which itself reports none but full ones.</remarks>
    public override Sample Run(long states, string directory)
    {
        Command done = Command.Run(directory, Path.Combine(directory, "model"));
        double errors = Number(done, @"<summary .*errors=""(\d+)""");
        return new Sample(
            (long)Number(done, @"<summary states=""(\d+)"""),
            (long)Number(done, @"<summary .*rules_fired=""(\d+)"""),
            done.Seconds,
            done.PeakBytes,
            errors == 0 ? null : $"{errors} errors");
    }
}
