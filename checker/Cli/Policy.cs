// Whether verdicts that show less than they seem to are warned of, or fail.

using Verify.Properties;

namespace Verify.Cli;

/// <summary>The weaknesses of a run, those that the catalogue gives a reason for apart.</summary>
/// <param name="Open">Those without a reason, and reasons for which there is no weakness.</param>
/// <param name="Excused">Those with a reason, which stands behind them.</param>
internal sealed record Policy(IReadOnlyList<string> Open, IReadOnlyList<string> Excused)
{
    /// <summary>The words of --policy, the first being the one that lets a run pass.</summary>
    public static IReadOnlyList<string> Words { get; } = ["warn", "fail"];

    /// <summary>Sorts weaknesses.</summary>
    /// <param name="systems">The systems that were looked at.</param>
    /// <param name="weaknesses">Their weaknesses, each beginning with its system's name and a colon.</param>
    /// <param name="isWhole">Whether everything was settled, so that what is not there does not exist.</param>
    public static Policy Of(IEnumerable<SystemEntry> systems, IReadOnlyList<string> weaknesses, bool isWhole)
    {
        var excuses = systems.SelectMany(system => system.Excuses.Select(excuse => (Weakness: $"{system.Name}: {excuse.Weakness}", excuse.Reason))).ToList();
        string? Reason(string weakness) => excuses.Find(excuse => weakness.StartsWith(excuse.Weakness, StringComparison.Ordinal)).Reason;
        var unused = isWhole ? excuses.Where(excuse => !weaknesses.Any(weakness => weakness.StartsWith(excuse.Weakness, StringComparison.Ordinal))) : [];
        return new(
            [.. weaknesses.Where(weakness => Reason(weakness) is null), .. unused.Select(excuse => $"{excuse.Weakness}: the catalogue gives a reason for that, and it is not so")],
            [.. weaknesses.Where(weakness => Reason(weakness) is not null).Select(weakness => $"{weakness}: {Reason(weakness)}")]);
    }

    /// <summary>Prints both kinds.</summary>
    public void Write(TextWriter writer)
    {
        Summary.Section(writer, "Weaknesses", Open);
        Summary.Section(writer, "Weaknesses with a reason", Excused);
    }

    /// <summary>The status of a run whose verdicts have a status already.</summary>
    /// <param name="status">That of the verdicts.</param>
    /// <param name="word">What --policy says.</param>
    public int Status(int status, string word) => status == ExitStatus.AsExpected && word == Words[1] && Open.Count > 0 ? ExitStatus.Differs : status;
}
