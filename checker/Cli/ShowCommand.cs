// verify show: a recorded trace as text, as a diagram, or for other tools.

using System.CommandLine;
using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify show.</summary>
internal sealed class ShowCommand
{
    private readonly Argument<string> file = new("FILE") { Description = "A recorded trace" };
    private readonly Option<string?> format = Options.OneOf(
        "--format", "Text with what each step changed; a Mermaid sequence diagram; or the Informal Trace Format of Apalache and Quint [default: text]",
        "text", "mermaid", "itf");

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("show", "Print a recorded trace; one that does not replay is printed too, with the reason on standard error and exit status 2")
        {
            file, format,
        };
        command.SetAction(parsed => Run(invocation, parsed.GetRequiredValue(file), parsed.GetValue(format) ?? "text"));
        return command;
    }

    private static int Run(Invocation invocation, string file, string format)
    {
        try
        {
            var trace = TraceFile.Read(file);
            var target = Target.Of(invocation.Catalogue, trace);
            DecodeWord decode = target.Variant.Open(target.Scope).Decode;
            switch (format)
            {
                case "mermaid":
                    TraceMermaid.Write(invocation.Out, trace, decode);
                    break;
                case "itf":
                    TraceItf.Write(invocation.Out, trace);
                    break;
                default:
                    TraceText.Write(invocation.Out, trace, decode);
                    break;
            }

            ReplayCommand.Replay(target, trace);
            return ExitStatus.AsExpected;
        }
        catch (Exception bad) when (bad is TraceException or ModelException)
        {
            throw new UsageException($"{file}: {Program.Message(bad)}");
        }
    }
}
