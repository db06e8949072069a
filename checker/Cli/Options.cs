// The options that several commands share, and how their values are read.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>Makes options whose bad values are told in one line.</summary>
internal static class Options
{
    private const int MostThreads = 1024;

    private const string ScopeMeaning = "How many devices, PASIDs, CPUs and words the model has";

    /// <summary>SYSTEM or SYSTEM/VARIANT.</summary>
    public static Argument<string> Target() => new("SYSTEM[/VARIANT]")
    {
        Description = "The system, and one of its variants; all of them where none is named. See 'verify list'.",
    };

    /// <summary>--scope, one that every system may have, without a default.</summary>
    public static Option<string?> Scope(string more) =>
        OneOf("--scope", $"{ScopeMeaning}{more} [default: small]", Cli.Target.Scopes);

    /// <summary>--scope, any that the system opens, without a default.</summary>
    public static Option<string?> ScopeOfSystem() => new("--scope")
    {
        Description = $"{ScopeMeaning}: small, medium or large, or another one that 'verify list' or a trace names [default: small]",
        HelpName = "NAME",
    };

    /// <summary>--property, repeatable.</summary>
    public static Option<string[]> Property() => new("--property")
    {
        Description = "Decide only this property; may be given several times. See 'verify list'.",
        HelpName = "ID",
        DefaultValueFactory = _ => [],
    };

    /// <summary>--json FILE.</summary>
    public static Option<string?> Json() => new("--json")
    {
        Description = "Also write the verdicts as a JSON array to this file, replacing it",
        HelpName = "FILE",
    };

    /// <summary>--html FILE.</summary>
    public static Option<string?> Html() => new("--html")
    {
        Description = "Also write a report for browsers to this file, replacing it: the verdicts, growth, coverage, and each counterexample as a sequence diagram",
        HelpName = "FILE",
    };

    /// <summary>--trace-dir DIR.</summary>
    public static Option<string?> TraceDirectory(string otherwise) => new("--trace-dir")
    {
        Description = $"Record the counterexamples in this directory as SYSTEM-VARIANT-PROPERTY.json; a recorded one is never replaced{otherwise}",
        HelpName = "DIR",
    };

    /// <summary>--time.</summary>
    public static Option<TimeSpan?> Time(string meaning = "Stop after this time") => Parsed<TimeSpan?>(
        "--time", "TIME", $"{meaning}, for instance 90s, 10m or 2h", Quantities.Time, "a time such as 90s, 10m or 2h");

    /// <summary>--limit.</summary>
    public static Option<TimeSpan?> Limit() => Parsed<TimeSpan?>(
        "--limit", "TIME", "The longest time for one proof obligation, for instance 30s [default: 2m]", Quantities.Time, "a time such as 90s, 10m or 2h");

    /// <summary>--bound.</summary>
    public static Option<int?> Bound(string meaning) => Parsed<int?>(
        "--bound", "N", meaning, text => int.TryParse(text, out int bound) && bound is >= 1 and <= 1000 ? bound : null, "a whole number from 1 to 1000");

    /// <summary>--bug-depth.</summary>
    public static Option<int?> BugDepth() => Parsed<int?>(
        "--bug-depth", "D", "For pct: how many orderings of steps a violation may depend on [default: 3]",
        text => int.TryParse(text, out int depth) && depth is >= 1 and <= 1000 ? depth : null, "a whole number from 1 to 1000");

    /// <summary>--threads.</summary>
    public static Option<int> Threads(string meaning) => Whole("--threads", meaning, 1, MostThreads, Environment.ProcessorCount);

    /// <summary>--memory.</summary>
    public static Option<long?> Memory() => Parsed<long?>(
        "--memory", "SIZE", "Keep states in this much memory, for instance 512M; what does not fit goes to scratch files, but not the graph of claims about whole runs [default: 4G]", Quantities.Bytes, "a size from 1M, such as 512M or 4G");

    /// <summary>--scratch.</summary>
    public static Option<string?> Scratch() =>
        Directory("--scratch", "An existing directory for what does not fit into the memory [default: $TMPDIR, else /var/tmp]");

    /// <summary>An option that names a directory.</summary>
    public static Option<string?> Directory(string name, string meaning) => new(name) { Description = meaning, HelpName = "DIR" };

    /// <summary>--checkpoint-every.</summary>
    public static Option<TimeSpan?> Every() => Parsed<TimeSpan?>(
        "--checkpoint-every", "TIME", "The time between two checkpoints; more where writing one takes more than a tenth of it [default: 10m]",
        Quantities.Time, "a time such as 90s, 10m or 2h");

    /// <summary>--seed.</summary>
    public static Option<ulong?> Seed() => Parsed<ulong?>(
        "--seed", "N", "The seed that decides every walk; the same seed gives the same walks [default: a new one, which is printed]",
        text => ulong.TryParse(text, out ulong seed) ? seed : null, "a whole number from 0");

    /// <summary>--policy.</summary>
    /// <param name="otherwise">What holds where it is not given.</param>
    public static Option<string?> OfPolicy(string otherwise) => OneOf(
        "--policy", $"What becomes of verdicts that show less than they seem to: claims without a case, actions that never fire, claims that nothing violates [default: {otherwise}]",
        [.. Policy.Words]);

    /// <summary>--reduce.</summary>
    public static Option<string?> Reduce() => OneOf(
        "--reduce", "Visit fewer states, as far as the model declares what that rests on; see 'verify declarations' [default: all]",
        "none", "symmetry", "partial-order", "all");

    /// <summary>A whole number within bounds.</summary>
    public static Option<T> Whole<T>(string name, string meaning, T least, T most, T otherwise)
        where T : struct, IBinaryInteger<T>
    {
        string expected = $"a whole number from {least} to {most}";
        T? Value(string text) => T.TryParse(text, null, out T value) && value >= least && value <= most ? value : null;
        return new Option<T>(name)
        {
            Description = meaning,
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
            CustomParser = result => Read(result, name, Value, expected) ?? otherwise,
        };
    }

    /// <summary>One of a few words.</summary>
    public static Option<string?> OneOf(string name, string meaning, params string[] words)
    {
        var option = Parsed<string?>(
            name, string.Join('|', words), meaning, text => words.Contains(text) ? text : null, string.Join(", ", words[..^1]) + " or " + words[^1]);
        option.CompletionSources.Add(words);
        return option;
    }

    private static Option<T> Parsed<T>(string name, string helpName, string meaning, Func<string, T?> read, string expected) => new(name)
    {
        Description = meaning,
        HelpName = helpName,
        CustomParser = result => Read(result, name, read, expected),
    };

    private static T Read<T>(ArgumentResult result, string name, Func<string, T?> read, string expected)
    {
        string text = result.Tokens[^1].Value;
        if (read(text) is T value)
        {
            return value;
        }

        result.AddError($"{name} {OneLine.Quote(text)} is not {expected}");
        return default!;
    }
}
