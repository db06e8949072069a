// The command line: the commands under one root, and what is said when it cannot be read.

using System.CommandLine;
using System.CommandLine.Invocation;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>The program's command line.</summary>
internal static class CommandLine
{
    /// <summary>All commands.</summary>
    public static RootCommand Root(Invocation invocation)
    {
        var root = new RootCommand("Check models of Linux IOMMU code: explore every interleaving, prove for all values,\nreplay and read what went wrong.\n\n"
            + "Exit status: 0 every verdict as expected, 1 a verdict differs, 2 unusable arguments or input,\n"
            + "or a defect (solvers that disagree, a counterexample that its model does not confirm), 3 inconclusive.")
        {
            new AllCommand().Build(invocation),
            new CheckCommand().Build(invocation),
            new ProveCommand().Build(invocation),
            new TableCommand().Build(invocation),
            new SimulateCommand().Build(invocation),
            new DeclarationsCommand().Build(invocation),
            new ReplayCommand().Build(invocation),
            new ShowCommand().Build(invocation),
            new FollowCommand().Build(invocation),
            new GraphCommand().Build(invocation),
            new ListCommand().Build(invocation),
            new DecodeCommand().Build(invocation),
        };
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        return root;
    }

    /// <summary>Why a command line cannot be used, on one line.</summary>
    public static string Complaint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string help = $"see '{(command is RootCommand ? "verify" : $"verify {command.Name}")} --help'";
        if (parsed.UnmatchedTokens.Count > 0)
        {
            string token = parsed.UnmatchedTokens[0];
            string what = token.StartsWith('-') ? "option" : command is RootCommand ? "command" : "argument";
            var known = what switch
            {
                "option" => command.Options.Select(option => option.Name),
                "command" => command.Subcommands.Select(subcommand => subcommand.Name),
                _ => [],
            };
            string[] near = NearMisses.Near(token, [.. known]);
            return $"unknown {what} {OneLine.Quote(token)}; {(near.Length > 0 ? $"did you mean {string.Join(" or ", near)}? " : "")}{help}";
        }

        return $"{string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.')}; {help}";
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"verify {typeof(CommandLine).Assembly.GetName().Version!.ToString(3)}");
            return ExitStatus.AsExpected;
        }
    }
}
