// Measures the explicit-state engine on the filter lock, and the proofs of the catalogue. Writes a table to standard output and
// artifacts/bench.json, with a row for each line.
//
//     dotnet run -c Release --project tests/Benchmarks [-- REPEATS [PROCESSES...]]              both
//     dotnet run -c Release --project tests/Benchmarks -- prove [SYSTEM[/VARIANT]...]           proofs alone

using System.Globalization;
using System.Text.Json;
using Verify.Benchmarks;
using Verify.Engine;
using Verify.Properties;
using Verify.Symbolic;

var rows = new List<object>();
if (args is ["prove", .. var names])
{
    Prove(names);
}
else
{
    int repeats = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
    Explore(repeats, args.Length > 1 ? [.. args.Skip(1).Select(size => int.Parse(size, CultureInfo.InvariantCulture))] : [6, 7]);
    Prove([]);
}

Directory.CreateDirectory("artifacts");
var style = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
File.WriteAllText(Path.Combine("artifacts", "bench.json"), JsonSerializer.Serialize(rows, style));

void Explore(int repeats, int[] sizes)
{
    Console.WriteLine(Measurement.Header);
    foreach (int processes in sizes)
    {
        foreach (StoreKind store in Enum.GetValues<StoreKind>())
        {
            foreach (int threads in (int[])[1, 2])
            {
                var row = Measurement.Median(processes, store, threads, repeats);
                rows.Add(row);
                Console.WriteLine(row.Line);
            }
        }
    }
}

void Prove(string[] names)
{
    Console.WriteLine(ProofMeasurement.Header);
    var (z3, cvc5) = (Solvers.Z3(out string noZ3), Solvers.Cvc5(out string noCvc5));
    foreach (var (solver, problem) in new[] { (z3, noZ3), (cvc5, noCvc5) })
    {
        var measured = solver is null ? [] :
            from system in Catalogue.Systems
            from variant in system.Variants
            where names.Length == 0 || names.Contains(system.Name) || names.Contains($"{system.Name}/{variant.Name}")
            from row in ProofMeasurement.Of(system, variant, solver)
            select row;
        foreach (var row in measured)
        {
            rows.Add(row);
            Console.WriteLine(row.Line);
        }

        if (solver is null)
        {
            Console.Error.WriteLine($"benchmark: {problem}");
        }
    }
}
