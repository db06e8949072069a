// A row of the table and of artifacts/bench.json.

using System.Globalization;
using System.Text.Json.Serialization;

namespace Verify.Benchmarks;

/// <summary>The median of some runs of one model with one tool.</summary>
/// <param name="Model">The model and its size.</param>
/// <param name="Tool">ours-fingerprint, ours-exact, spin or rumur; ours-simulate-uniform and so on for random walks.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="States">Distinct states; 0 for random walks, which do not count them.</param>
/// <param name="Transitions">Steps, also those to known states.</param>
/// <param name="Seconds">Wall-clock seconds of the search.</param>
/// <param name="BytesPerState">Memory at its highest, per state.</param>
/// <param name="Machine">Where it was measured, and with which versions.</param>
internal sealed record Row(
    string Model,
    string Tool,
    int Threads,
    long States,
    long Transitions,
    double Seconds,
    double BytesPerState,
    [property: JsonPropertyOrder(1)] string Machine)
{
    /// <summary>Distinct states per second.</summary>
    public double StatesPerSecond => States / Seconds;

    /// <summary>Steps per second.</summary>
    public double TransitionsPerSecond => Transitions / Seconds;

    /// <summary>States per second over those of SPIN on the same model; null where SPIN did not run.</summary>
    public double? RatioToSpin { get; init; }

    /// <summary>States per second over those of Rumur on the same model; null where Rumur did not run.</summary>
    public double? RatioToRumur { get; init; }

    /// <summary>The head of the table.</summary>
    public static string Header { get; } =
        $"{"model",-33} {"tool",-22} {"threads",7} {"states",11} {"transitions",12} {"seconds",8} "
        + $"{"states/s",10} {"transitions/s",13} {"bytes/state",11} {"x SPIN",7} {"x Rumur",7}";

    /// <summary>The row of the table.</summary>
    [JsonIgnore]
    public string Line =>
        $"{Model,-33} {Tool,-22} {Threads,7} {OfStates(States, "N0"),11} {Transitions,12:N0} {Seconds,8:0.00} "
        + $"{OfStates(StatesPerSecond, "N0"),10} {TransitionsPerSecond,13:N0} {OfStates(BytesPerState, "0.0"),11} {Ratio(RatioToSpin),7} {Ratio(RatioToRumur),7}";

    private string OfStates(double value, string format) => States == 0 ? "-" : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Ratio(double? ratio) => ratio is { } known ? $"{known:0.00}" : "-";
}
