// Measures the explicit-state engine beside SPIN and Rumur, and the proofs of the catalogue. Prints a table and writes it to artifacts/,
// with a row for each line. Status 1 if tools do not agree.
//
//     dotnet run -c Release --project tests/Benchmarks [-- explore|large [REPEATS [MODEL...]]]  artifacts/bench.json; models by how their names begin
//     dotnet run -c Release --project tests/Benchmarks -- sampling [REPEATS [MODEL...]]         artifacts/bench-sampling.json; random walks, which explore measures too
//     dotnet run -c Release --project tests/Benchmarks -- long MIB [PROCESSES]                   artifacts/bench-long.json; one long run in that much memory
//     dotnet run -c Release --project tests/Benchmarks -- prove [SYSTEM[/VARIANT]...]           artifacts/bench-proofs.json
//     dotnet run -c Release --project tests/Benchmarks -- soak HOURS [SEED]                     no file: counts and memory must stay as they are

using System.Globalization;
using System.Text.Json;
using Verify.Benchmarks;
using Verify.Engine;
using Verify.Model.Classics;
using Verify.Properties;
using Verify.Symbolic;

return args switch
{
    ["prove", .. var names] => Prove(names),
    [] => Explore(Suite.Default, 3, []),
    ["explore", .. var rest] => Chosen(Suite.Default, 3, rest, Explore),
    ["large", .. var rest] => Chosen(Suite.Large, 1, rest, Explore),
    ["sampling", .. var rest] => Chosen(Suite.Default, 3, rest, Sample),
    ["long", .. var rest] => Long(rest, processes: 8, "bench-long.json", _ => Suite.MutualExclusion),
    ["live", .. var rest] => Long(rest, processes: 7, "bench-live.json", Suite.NoStarvation),
    ["soak", var hours] => SoakFor(hours, $"{Random.Shared.Next()}"),
    ["soak", var hours, var seed] => SoakFor(hours, seed),
    _ => Unusable("unusable arguments; they are: [explore|large|sampling [REPEATS [MODEL...]]], long|live MIB [PROCESSES], prove [SYSTEM[/VARIANT]...] or soak HOURS [SEED]"),
};

static int Chosen(IReadOnlyList<Workload> workloads, int repeats, string[] args, Func<IReadOnlyList<Workload>, int, string[], int> measure)
{
    if (args.Length > 0 && (!int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out repeats) || repeats == 0))
    {
        return Unusable($"'{args[0]}' is no number of runs");
    }
    string[] names = [.. args.Skip(1)];
    return names.FirstOrDefault(name => !workloads.Any(workload => workload.Name.StartsWith(name, StringComparison.Ordinal))) is { } unknown
        ? Unusable($"there is no model '{unknown}'; there are: {string.Join(", ", workloads.Select(workload => workload.Name))}")
        : measure(workloads, repeats, names);
}

static int Explore(IReadOnlyList<Workload> workloads, int repeats, string[] names)
{
    string machine = Machine.Describe();
    Console.WriteLine($"{machine}; median of {repeats}; load {Machine.Load()}");
    Peer[] peers = [.. Peer.All.Where(peer => peer.Version != null && Machine.Compiler != null)];
    Console.WriteLine(Row.Header);
    var rows = new List<Row>();
    int status = 0;
    foreach (Workload workload in Named(workloads, names))
    {
        var race = new Race(workload, peers, machine);
        status = Math.Max(status, Print(workload, race.Run(repeats), race.Problems, rows));
        var stroll = new Stroll(workload, machine);
        status = Math.Max(status, Print(workload, stroll.Run(repeats), stroll.Problems, rows));
    }
    Console.WriteLine(status == 0 ? $"all counts agree; load {Machine.Load()}" : "something failed or disagrees, see above");
    Write("bench.json", rows);
    return status;
}

static int Sample(IReadOnlyList<Workload> workloads, int repeats, string[] names)
{
    string machine = Machine.Describe();
    Console.WriteLine($"{machine}; median of {repeats}; load {Machine.Load()}");
    Console.WriteLine(Row.Header);
    var rows = new List<Row>();
    int status = 0;
    foreach (Workload workload in Named(workloads, names))
    {
        var stroll = new Stroll(workload, machine);
        status = Math.Max(status, Print(workload, stroll.Run(repeats), stroll.Problems, rows));
    }
    Console.WriteLine($"load {Machine.Load()}");
    Write("bench-sampling.json", rows);
    return status;
}

static IEnumerable<Workload> Named(IReadOnlyList<Workload> workloads, string[] names) =>
    workloads.Where(one => names.Length == 0 || names.Any(name => one.Name.StartsWith(name, StringComparison.Ordinal)));

static int Print(Workload workload, IReadOnlyList<Row> measured, IReadOnlyList<string> problems, List<Row> rows)
{
    rows.AddRange(measured);
    foreach (Row row in measured)
    {
        Console.WriteLine(row.Line);
    }
    foreach (string problem in problems)
    {
        Console.Error.WriteLine($"benchmark: {workload.Name}: {problem}");
    }
    return problems.Count > 0 ? 1 : 0;
}

static int Long(string[] args, int processes, string file, Func<int, Property<FilterLockState>> claim)
{
    if (args.Length is 0 or > 2 || !int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out int mebibytes) || mebibytes == 0
        || (args.Length == 2 && (!int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out processes) || processes is < 2 or > 8)))
    {
        return Unusable("a long run takes its memory in MiB, and perhaps the number of processes, 2 to 8");
    }
    var run = LongRun.Of(processes, (long)mebibytes << 20, claim(processes));
    Console.WriteLine(run.Line);
    Write(file, [run]);
    return run.Limit == null ? 0 : 1;
}

static int Prove(string[] names)
{
    Console.WriteLine(ProofMeasurement.Header);
    var rows = new List<ProofMeasurement>();
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
    Write("bench-proofs.json", rows);
    return 0;
}

static int SoakFor(string hours, string seed)
{
    if (!double.TryParse(hours, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double time) || time is not (> 0 and <= 1000))
    {
        return Unusable($"'{hours}' is no number of hours from 0 to 1000, such as 1 or 0.05");
    }
    return int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? new Soak(Suite.Small, TimeSpan.FromHours(time), number).Run()
        : Unusable($"'{seed}' is no seed: a whole number from 0");
}

static int Unusable(string why)
{
    Console.Error.WriteLine($"benchmark: {why}");
    return 2;
}

static void Write<T>(string name, IReadOnlyList<T> rows)
{
    Directory.CreateDirectory("artifacts");
    var style = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    File.WriteAllText(Path.Combine("artifacts", name), JsonSerializer.Serialize(rows, style));
}
