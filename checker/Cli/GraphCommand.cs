// verify graph: a piece of a state graph as a picture.

using System.CommandLine;
using System.Text;
using Verify.Cli.Pictures;
using Verify.Engine;
using Verify.Engine.Graphs;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify graph.</summary>
internal sealed class GraphCommand
{
    private const int MostStates = 5000;

    private readonly Argument<string> target = new("SYSTEM[/VARIANT]") { Description = "The system and one of its variants; the first where none is named. See 'verify list'." };
    private readonly Option<string?> scope = Options.ScopeOfSystem();
    private readonly Option<string[]> property = new("--property")
    {
        Description = "Mark what violates this claim, and not all about states and steps; of a claim about whole runs, a run without an end that violates it; "
            + "of one about what is reachable, where its goals are met. May be given several times.",
        HelpName = "ID",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> format = Options.OneOf("--format", "DOT, the language of Graphviz; or SVG, drawn by Graphviz [default: dot]", "dot", "svg");
    private readonly Option<int> states = Options.Whole("--states", "Show at most this many states, breadth first", 1, MostStates, 200);
    private readonly Option<string?> trace = new("--trace")
    {
        Description = "Show the run of this recorded trace, whole and in bold, with whatever fits beside it",
        HelpName = "FILE",
    };

    private readonly Option<string?> reduce = Options.OneOf(
        "--reduce", "Draw what is visited with these reductions, as far as the model declares them [default: none]", "none", "symmetry", "partial-order", "all");

    private readonly Option<string?> output = new("--out") { Description = "Write the picture to this file; one with other contents is kept", HelpName = "FILE" };

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("graph", "Draw the states of a small model and the steps between them, and mark what violates a claim")
        {
            target, scope, property, reduce, format, states, trace, output,
        };
        command.SetAction(parsed => Run(invocation, parsed));
        return command;
    }

    private int Run(Invocation invocation, ParseResult parsed)
    {
        var found = Target.Named(invocation.Catalogue, parsed.GetRequiredValue(target), parsed.GetValue(scope) ?? "small")[0];
        string[] properties = parsed.GetValue(property) ?? [];
        Target.CheckProperties(found.System, properties);
        string? file = parsed.GetValue(output);
        RefuseDirectory(file);
        var run = Read(parsed.GetValue(trace));
        if (run is not null && parsed.GetValue(scope) is null)
        {
            found = Target.Named(invocation.Catalogue, found.Name, run.Scope)[0];
        }

        var subject = found.Variant.Open(found.Scope);
        var reductions = CheckCommand.Reductions(parsed.GetValue(reduce) ?? "none");
        if (reductions != Reductions.None && (run is not null || subject.Claims.Any(claim => claim.Assuming.Length > 0 && properties.Contains(claim.Name))))
        {
            throw new UsageException("a run is of the model as it is, in its own names: leave out --reduce, or --trace and claims about whole runs");
        }

        var graph = subject.Graph(new GraphOptions
        {
            States = parsed.GetValue(states),
            Properties = properties.Length > 0 ? properties : null,
            Run = run,
            Reductions = reductions,
            Cancel = invocation.Cancel,
        });
        var text = new StringWriter { NewLine = "\n" };
        new Dot(text, graph, subject.Decode).Write($"{found.Name} at scope {found.Scope}: {found.Variant.Summary}\n{Extent(graph)}{Reduced(subject.Declared & reductions)}");
        Tell(invocation, graph);
        string picture = text.ToString();
        if (parsed.GetValue(format) == "svg")
        {
            var drawing = invocation.DrawDot(picture, invocation.Cancel);
            if (drawing.Svg is null)
            {
                invocation.Err.WriteLine(OneLine.Of($"verify: no picture: {drawing.Problem}"));
                return ExitStatus.Inconclusive;
            }

            picture = drawing.Svg;
        }

        Put(invocation, file, picture);
        return ExitStatus.AsExpected;
    }

    private static TraceDocument? Read(string? path)
    {
        try
        {
            return path is null ? null : TraceFile.Read(path);
        }
        catch (TraceException bad)
        {
            throw new UsageException($"{path}: {bad.Message}");
        }
    }

    private static string Reduced(Reductions reductions) =>
        reductions == Reductions.None ? "" : $"\nas explored with {string.Join(" and ", RowsFile.Words(reductions).Select(word => word.Replace('-', ' ')))}";

    private static string Extent(StateGraph graph) =>
        $"{Quantities.Count(graph.States.Count)} of {(graph.IsCounted ? "" : "more than ")}{Quantities.Count(graph.Total)} states"
        + (graph.States.Count < graph.Total ? $", breadth first from {graph.States.Count(state => state.IsInitial)} of {graph.InitialStates} initial" : "")
        + $"; {Quantities.Count(graph.Steps.Count)} steps between them";

    // Who sees half a picture should know; who sees nothing red in it, too.
    private static void Tell(Invocation invocation, StateGraph graph)
    {
        if (graph.States.Count >= graph.Total)
        {
            return;
        }

        bool isMarked = graph.States.Any(state => state.Violates.Count > 0) || graph.Steps.Any(step => step.Violates.Count > 0);
        invocation.Err.WriteLine($"graph: shows {Extent(graph)}; --states shows more"
            + (isMarked || graph.Runs.Count > 0 ? "" : "; nothing among them violates a claim; --trace FILE shows a recorded run whole"));
    }

    private static void RefuseDirectory(string? file)
    {
        if (file is not null && Directory.Exists(file))
        {
            throw new UsageException($"cannot write {OneLine.Quote(file)}: it is a directory; give --out a file");
        }
    }

    // As recorded traces are treated: what is there is kept.
    private static void Put(Invocation invocation, string? file, string picture)
    {
        if (file is null)
        {
            invocation.Out.Write(picture);
            return;
        }

        if (File.Exists(file) && !file.StartsWith("/dev/", StringComparison.Ordinal))
        {
            if (!Same(file, picture))
            {
                throw new UsageException($"{OneLine.Quote(file)} holds something else and is kept; give --out another name");
            }

            invocation.Err.WriteLine(OneLine.Of($"graph: {file} already holds this picture"));
            return;
        }

        using var report = ReportFile.Open(file, "--out")!;
        report.Write(stream => stream.Write(Encoding.UTF8.GetBytes(picture)));
        invocation.Err.WriteLine(OneLine.Of($"graph: wrote {file}"));
    }

    private static bool Same(string file, string picture)
    {
        try
        {
            return File.ReadAllText(file) == picture;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
