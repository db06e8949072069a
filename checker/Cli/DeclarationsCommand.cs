// verify declarations: whether what models declare for reductions is so.

using System.CommandLine;
using System.Security.Cryptography;
using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify declarations.</summary>
internal sealed class DeclarationsCommand
{
    private readonly Argument<string> target = Options.Target();
    private readonly Option<string?> scope = Options.ScopeOfSystem();
    private readonly Option<int> walks = Options.Whole("--walks", "Number of random walks", 1, int.MaxValue, new DeclarationOptions().Walks);
    private readonly Option<int> depth = Options.Whole("--depth", "Steps of a walk at most", 1, int.MaxValue, new DeclarationOptions().Depth);
    private readonly Option<ulong?> seed = Options.Seed();

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("declarations", "Look at random into what reductions rest on: symmetries, independent steps and what properties watch")
        {
            target, scope, walks, depth, seed,
        };
        command.SetAction(parsed => Run(invocation, parsed));
        return command;
    }

    private int Run(Invocation invocation, ParseResult parsed)
    {
        var targets = Target.Named(invocation.Catalogue, parsed.GetRequiredValue(target), parsed.GetValue(scope) ?? "small");
        var options = new DeclarationOptions
        {
            Walks = parsed.GetValue(walks),
            Depth = parsed.GetValue(depth),
            Seed = parsed.GetValue(seed) ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
            Cancel = invocation.Cancel,
        };
        invocation.Out.WriteLine($"seed {options.Seed}");
        int status = ExitStatus.AsExpected;
        foreach (var each in targets)
        {
            if (invocation.Cancel.IsCancellationRequested)
            {
                return status == ExitStatus.AsExpected ? ExitStatus.Inconclusive : status;
            }

            var report = each.Variant.Open(each.Scope).CheckDeclarations(options);
            Print(invocation.Out, each, report);
            status = report.Problems.Count > 0 ? ExitStatus.Differs : status;
        }

        return status;
    }

    private static void Print(TextWriter writer, Target target, DeclarationReport report)
    {
        writer.WriteLine(OneLine.Of($"{target.Name} at scope {target.Scope} declares {Words(report)}"));
        if (report.Tried.Count == 0)
        {
            return;
        }

        writer.WriteLine($"  {Quantities.Count(report.States)} states");
        int width = report.Tried.Max(tally => tally.Declaration.Length);
        foreach (var tally in report.Tried)
        {
            writer.WriteLine($"  {tally.Declaration.PadRight(width)}  {(tally.Cases == 0 ? "never tried" : $"{Quantities.Count(tally.Cases)} cases")}");
        }

        foreach (string problem in report.Problems)
        {
            writer.WriteLine(OneLine.Of($"  REFUTED: {problem}"));
        }
    }

    // In words, for people.
    private static string Words(DeclarationReport report)
    {
        List<string> words = [.. RowsFile.Words(report.Declared).Select(word => word.Replace('-', ' '))];
        if (report.DeclaresSteps && !report.Declared.HasFlag(Reductions.PartialOrder))
        {
            words.Add("which steps are independent");
        }

        return words.Count == 0 ? "nothing" : string.Join(" and ", words);
    }
}
