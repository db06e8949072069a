// verify prove: theorems, for all values, by an SMT solver.

using System.CommandLine;
using System.Diagnostics;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify prove.</summary>
internal sealed class ProveCommand
{
    private const string DefaultTraces = "artifacts/traces/proofs";

    // As many theorems can be read one by one; of more the table has to do.
    private const int MostInWords = 12;

    private readonly Argument<string[]> names = new("THEOREM")
    {
        Description = "What to prove: THEOREM, or SYSTEM[/VARIANT][/THEOREM]; everything where nothing is named. See 'verify list'.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> system = new("--system")
    {
        Description = "Prove only what is about this system or variant",
        HelpName = "SYSTEM[/VARIANT]",
    };

    private readonly Option<string?> smt2 = new("--smt2")
    {
        Description = "Also write every obligation to this directory, as a file that any SMT-LIB solver decides alone",
        HelpName = "DIR",
    };

    private readonly Option<string?> engine = new("--engine")
    {
        Description = "How: direct proves theorems part by part; bmc looks for runs of word models that violate a claim, kind also for a proof by "
            + "k-induction, and invariant proves what is implied by a known one [default: direct]",
        HelpName = string.Join('|', ProofEngine.Names),
    };

    private readonly Option<int?> bound = Options.Bound("The longest run of bmc [default: 8], or the largest k of kind [default: 2]");

    private readonly ProofOptionSet means = new();
    private readonly Option<string?> json = Options.Json();
    private readonly Option<string?> traces = Options.TraceDirectory($" [default: {DefaultTraces}, only those that were not expected]");
    private readonly Option<bool> details = new("--details") { Description = $"Tell about every theorem, not only where there are at most {MostInWords}" };
    private readonly Option<bool> obligations = new("--obligations") { Description = "Also list every obligation, with its size, times and answer" };

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("prove", "Prove theorems for all values by an SMT solver: verdicts, sizes and times, and what refutes those that fail")
        {
            names, system, engine, bound, smt2, json, traces, details, obligations,
        };
        means.AddTo(command);
        command.SetAction(parsed => Run(invocation, parsed));
        return command;
    }

    private int Run(Invocation invocation, ParseResult parsed)
    {
        var decided = ProofEngine.Of(parsed.GetValue(engine), parsed.GetValue(bound));
        var theorems = new TheoremNames(invocation.Catalogue, decided).Find(parsed.GetValue(names) ?? [], parsed.GetValue(system));
        string? directory = parsed.GetValue(smt2);
        using var file = RowsFile.Open(parsed.GetValue(json));
        TraceRecorder.Prepare(parsed.GetValue(traces));
        PrepareScripts(directory);
        var run = means.Run(invocation, parsed, directory, decided);
        var watch = Stopwatch.StartNew();
        var results = run.Prove(theorems, parsed.GetValue(traces), DefaultTraces);
        double seconds = watch.Elapsed.TotalSeconds;
        file?.Write([], results);
        bool listed = parsed.GetValue(obligations);
        bool words = listed || parsed.GetValue(details) || theorems.Count <= MostInWords;
        Print(invocation.Out, results, words, listed);
        invocation.Out.WriteLine();
        invocation.Out.WriteLine(Summary.Of([.. results.Proofs.Select(proof => proof.Row)], ProofText.Counts(results), seconds));
        return ExitStatus.Of([.. results.Proofs.Select(proof => proof.Row)], results.Defects.Count > 0);
    }

    private static void PrepareScripts(string? directory)
    {
        if (directory is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"cannot write obligations to {OneLine.Quote(directory)}: {OneLine.Of(refused.Message)}");
        }
    }

    private static void Print(TextWriter writer, ProofResults results, bool words, bool obligations)
    {
        foreach (var proofs in results.Proofs.GroupBy(proof => proof.Entry.System))
        {
            Matrix.Write(writer, proofs.Key, [.. proofs]);
        }

        foreach (var theorem in words ? results.Proofs.GroupBy(proof => proof.Entry) : [])
        {
            ProofText.WriteDetails(writer, [.. theorem], obligations);
        }

        writer.WriteLine(Matrix.Legend);
        writer.WriteLine(Matrix.TheoremLegend);
        Summary.Section(writer, "Weaknesses", results.Weaknesses);
        Summary.Section(writer, "Not settled", [.. ProofText.Unsettled(results.Proofs)]);
        Summary.Section(writer, "DEFECTS", results.Defects);
        ProofText.WriteDifferences(writer, results.Proofs);
    }
}
