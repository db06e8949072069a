// Measures the explicit-state engine on the filter lock. Writes a table to standard output and artifacts/bench.json.
//
//     dotnet run -c Release --project tests/Benchmarks [-- REPEATS [PROCESSES...]]

using System.Globalization;
using System.Text.Json;
using Verify.Benchmarks;
using Verify.Engine;

int repeats = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
int[] sizes = args.Length > 1 ? [.. args.Skip(1).Select(size => int.Parse(size, CultureInfo.InvariantCulture))] : [6, 7];

var rows = new List<Measurement>();
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

Directory.CreateDirectory("artifacts");
var style = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
File.WriteAllText(Path.Combine("artifacts", "bench.json"), JsonSerializer.Serialize(rows, style));
