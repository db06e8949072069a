// One row of the benchmark of proofs.

using System.Text.Json.Serialization;
using Verify.Engine;
using Verify.Properties;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Benchmarks;

/// <summary>One theorem about one variant, on all of its profiles, with one solver.</summary>
/// <remarks>What theorems of a variant share is charged to the first of them, as in `verify prove SYSTEM/VARIANT`; nothing is shared between variants.</remarks>
/// <param name="Model">SYSTEM/VARIANT/THEOREM.</param>
/// <param name="Tool">The solver with its version.</param>
/// <param name="Seconds">Wall-clock seconds, with building and minimising.</param>
/// <param name="Profiles">Number of profiles.</param>
/// <param name="Obligations">Number of questions.</param>
/// <param name="Bytes">Length of their texts.</param>
/// <param name="Verdicts">The verdicts of the profiles, each once.</param>
internal sealed record ProofMeasurement(string Model, string Tool, double Seconds, int Profiles, int Obligations, long Bytes, string Verdicts)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The head of the table.</summary>
    public static string Header { get; } =
        $"{"theorem",-60} {"solver",-24} {"seconds",8} {"profiles",8} {"obligations",11} {"bytes",12} verdicts";

    /// <summary>Always 1.</summary>
    public int Threads => 1;

    /// <summary>A proof has no states: 0, so that every row has the same members.</summary>
    public long States => 0;

    /// <summary>0, as <see cref="States"/>.</summary>
    public long Transitions => 0;

    /// <summary>0, as <see cref="States"/>.</summary>
    public double StatesPerSecond => 0;

    /// <summary>0, as <see cref="States"/>.</summary>
    public double BytesPerState => 0;

    /// <summary>The row of the table.</summary>
    [JsonIgnore]
    public string Line => $"{Model,-60} {Tool,-24} {Seconds,8:0.00} {Profiles,8} {Obligations,11:N0} {Bytes,12:N0} {Verdicts}";

    /// <summary>Proves all theorems of a variant, one after the other.</summary>
    public static IEnumerable<ProofMeasurement> Of(SystemEntry system, VariantEntry variant, ISolver solver)
    {
        var prover = new Prover(new ProofOptions(solver) { Limit = Limit });
        foreach (var theorem in variant.Theorems.GroupBy(theorem => theorem.Claim.Name))
        {
            var reports = prover.Prove([.. theorem]);
            var obligations = reports.SelectMany(report => report.Obligations).ToList();
            yield return new(
                $"{system.Name}/{variant.Name}/{theorem.Key}",
                solver.Name,
                reports.Sum(report => report.Seconds),
                reports.Count,
                obligations.Count,
                obligations.Sum(obligation => (long)obligation.Bytes),
                string.Join(" ", reports.Select(report => Word(report.Verdict)).Distinct()));
        }
    }

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
