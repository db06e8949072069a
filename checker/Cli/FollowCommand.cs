// verify follow: executes the models along scripts.

using System.CommandLine;
using System.Text;
using Verify.Engine;
using Verify.Engine.Scripts;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify follow.</summary>
internal sealed class FollowCommand
{
    // A script is written by hand.
    private const int LongestFile = 1 << 20;

    private readonly Argument<string[]> files = new("FILE") { Description = "Scripts", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> variant = new("--variant")
    {
        Description = "Follow them on this variant, and not on the one that they name: what one kernel can do, another may not",
        HelpName = "NAME",
    };

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("follow", "Execute the model along scripts, as documents tell a run step by step; one that cannot be followed is printed as far as it can, with the "
            + $"reason on standard error and exit status 2.\n\n{Script.Grammar}")
        {
            files, variant,
        };
        command.SetAction(parsed => Run(invocation, parsed.GetRequiredValue(files), parsed.GetValue(variant)));
        return command;
    }

    private static int Run(Invocation invocation, string[] files, string? variant)
    {
        int status = ExitStatus.AsExpected;
        foreach (string file in files)
        {
            try
            {
                Follow(invocation, file, variant);
            }
            catch (Exception bad) when (bad is UsageException or ScriptException or ModelException)
            {
                invocation.Err.WriteLine(OneLine.Of($"verify: {file}: {bad.Message}"));
                status = ExitStatus.Unusable;
            }
        }

        return status;
    }

    private static void Follow(Invocation invocation, string file, string? variant)
    {
        var script = Script.Parse(Read(file));
        var target = Target.Of(invocation.Catalogue, script, variant);
        var subject = target.Variant.Open(target.Scope);
        var run = subject.Follow(script);
        invocation.Out.WriteLine(OneLine.Of($"{file}: {target.Name} at scope {target.Scope}"));
        for (int i = 0; i < run.Steps.Count; i++)
        {
            TraceText.WriteStep(invocation.Out, run.Steps, i, subject.Decode);
            foreach (var check in run.Checks.Where(check => check.After == i))
            {
                invocation.Out.WriteLine(OneLine.Of($"        + {check.Text}"));
            }
        }

        if (run.Problem is { } problem)
        {
            throw new ScriptException($"line {problem.Line}: {problem.Message}");
        }

        invocation.Out.WriteLine(OneLine.Of(
            $"{file}: followed to its end on {target.Name}: {run.Steps.Count - 1} steps, {run.Checks.Count} of what it asks for on the way"));
    }

    private static string Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ScriptException("is a directory; name a script in it");
        }

        try
        {
            using var file = File.OpenRead(path);
            byte[] bytes = new byte[LongestFile + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > LongestFile ? throw new ScriptException($"longer than {LongestFile >> 20} MiB: not a script")
                : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw new ScriptException("not UTF-8 text: not a script");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ScriptException("no such file");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ScriptException($"cannot be read: {OneLine.Of(unreadable.Message)}");
        }
    }
}
