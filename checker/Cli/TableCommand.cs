// verify table: what updates between classes of configurations cost with a version's algorithm, and what they would at best.

using System.CommandLine;
using System.Text.Json;
using Verify.Engine.Traces;
using Verify.Properties;
using Verify.Properties.Smmu.Proofs;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Cli;

/// <summary>verify table.</summary>
internal sealed class TableCommand
{
    private readonly Argument<string> target = new("SYSTEM/VARIANT") { Description = "The variant. See 'verify list'." };
    private readonly Option<string?> profile = new("--profile") { Description = "The SMMU and the master [default: the first one]", HelpName = "PROFILE" };
    private readonly Option<string?> solver = Options.OneOf("--solver", "Who decides [default: z3]", "z3", "cvc5");
    private readonly Option<string?> json = Options.Json();

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("table",
            "Print for each pair of configuration classes: CMD_SYNCs of the variant's algorithm, breaks, the fewest CMD_SYNCs possible without a break")
        {
            target, profile, solver, json,
        };
        command.SetAction(parsed => Run(invocation, parsed));
        return command;
    }

    private int Run(Invocation invocation, ParseResult parsed)
    {
        var compute = Find(invocation.Catalogue, parsed.GetRequiredValue(target), parsed.GetValue(profile));
        using var file = RowsFile.Open(parsed.GetValue(json));
        if (Solver(parsed.GetValue(solver) ?? "z3", out string problem) is not ISolver decides)
        {
            invocation.Err.WriteLine(OneLine.Of($"verify: no solver: {problem}"));
            return ExitStatus.Inconclusive;
        }

        var table = compute(new ProofOptions(decides) { Cancel = invocation.Cancel });
        foreach (string line in table.Lines())
        {
            invocation.Out.WriteLine(line);
        }

        invocation.Out.WriteLine($"{table.Questions.Count} questions to {decides.Name}");
        file?.Write(json => Write(json, table));
        return table.Cells.Any(cell => cell.Open is not null) ? ExitStatus.Inconclusive : ExitStatus.AsExpected;
    }

    private static Func<ProofOptions, HitlessTable> Find(IReadOnlyList<SystemEntry> catalogue, string name, string? profile)
    {
        var named = Target.Named(catalogue, name, "small");
        if (named.Count != 1 || !name.Contains('/'))
        {
            throw new UsageException($"{OneLine.Quote(name)} names no variant; give SYSTEM/VARIANT, for instance {named[0].Name}");
        }

        var tables = named[0].Variant.Tables;
        if (tables.Count == 0)
        {
            throw new UsageException($"{named[0].Name} updates no entries; its catalogue has no table");
        }

        return profile is null ? tables.First().Value
            : tables.TryGetValue(profile, out var found) ? found
            : throw new UsageException(NearMisses.Complaint($"profile of {named[0].System.Name}", profile, tables.Keys));
    }

    private static ISolver? Solver(string word, out string problem) =>
        word == "cvc5" ? Solvers.Cvc5(out problem)
        : Solvers.Z3(out problem) is ISolver library ? library
        : Solvers.Z3Program(out problem);

    private static void Write(Utf8JsonWriter json, HitlessTable table)
    {
        foreach (var cell in table.Cells)
        {
            foreach (var found in cell.Cases)
            {
                json.WriteStartObject();
                json.WriteString("system", table.System);
                json.WriteString("variant", table.Variant);
                json.WriteString("profile", table.Profile);
                json.WriteString("from", cell.From);
                json.WriteString("to", cell.To);
                json.WriteNumber("syncs", found.Syncs);
                json.WriteBoolean("break", found.Breaks);
                json.WriteBoolean("needless", found.IsNeedless);
                WriteOptimum(json, found.Optimum);
                json.WriteString("order", found.Order);
                json.WriteString("open", cell.Open);
                json.WriteEndObject();
            }
        }
    }

    private static void WriteOptimum(Utf8JsonWriter json, int? optimum)
    {
        if (optimum is int syncs)
        {
            json.WriteNumber("optimum", syncs);
        }
        else
        {
            json.WriteNull("optimum");
        }
    }
}
