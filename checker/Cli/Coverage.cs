// What an exploration covered: counts, the store's honesty, and how often each action fired.

using System.Globalization;
using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>Prints the coverage of an exploration or of a simulation.</summary>
internal static class Coverage
{
    private const int MostFields = 6;

    /// <summary>Counts, rate, store and actions.</summary>
    public static void Write(TextWriter writer, ExplorationReport report)
    {
        double rate = report.Seconds > 0 ? report.States / report.Seconds : 0;
        writer.WriteLine(
            $"  {Quantities.Count(report.States)} states, {Quantities.Count(report.Transitions)} transitions, depth {report.Depth}, "
            + $"{Quantities.Seconds(report.Seconds)} s, {Quantities.Rate(rate)}, {Quantities.Size(report.PeakBytes)}"
            + (report.ScratchBytes > 0 ? $", {Quantities.Size(report.ScratchBytes)} on disk" : ""));
        string omission = report switch
        {
            { Bitstate: BitstateCoverage bits } => bits.ToString(),
            { Store: StoreKind.Exact } => "exact: no state can be omitted",
            _ => string.Create(CultureInfo.InvariantCulture, $"fingerprint: probability of an omitted state below {report.OmissionProbability:0.0e+0}"),
        };
        writer.WriteLine($"  store {omission}");
        if (report.Reduced.ToString() is { Length: > 0 } reduced)
        {
            writer.WriteLine(OneLine.Of($"  {reduced}"));
        }

        if (report.Limit is string limit)
        {
            writer.WriteLine(OneLine.Of($"  ended early: {limit}"));
        }

        if (Growing(report) is { Length: > 0 } growing)
        {
            writer.WriteLine(OneLine.Of($"  {growing}"));
        }

        WriteActions(writer, report.Actions, action => action switch
        {
            { Fired: 0 } => report.Gap is null ? "never" : "not yet",
            { New: 0 } => $"fired {Quantities.Count(action.Fired)}, always to a state already seen",
            _ => $"fired {Quantities.Count(action.Fired)}, new {Quantities.Count(action.New)}",
        });
    }

    /// <summary>The fields that kept growing until a limit ended the run; empty where there are none.</summary>
    public static string Growing(ExplorationReport report) => report.Growing.Count == 0 ? ""
        : $"still growing with the levels: {string.Join(", ", report.Growing.Take(MostFields).Select(field => $"{field.Name} up to {field.Largest}"))}"
            + (report.Growing.Count > MostFields ? $" and {report.Growing.Count - MostFields} more" : "")
            + "; where one of them has no bound, the exploration has no end";

    /// <summary>How often each action fired.</summary>
    public static void WriteActions(TextWriter writer, IReadOnlyList<ActionCoverage> actions, Func<ActionCoverage, string> say)
    {
        int width = actions.Select(action => action.Action.Length).DefaultIfEmpty().Max();
        writer.WriteLine("  actions:");
        foreach (var action in actions)
        {
            writer.WriteLine(OneLine.Of($"    {action.Action.PadRight(width)}  {say(action)}"));
        }
    }
}
