// How an exploration grew, and what it covered, as small pictures.

using System.Globalization;
using System.Text;
using Verify.Engine;

namespace Verify.Cli.Pictures;

/// <summary>Draws what an exploration says about itself.</summary>
/// <param name="markup">Where to.</param>
internal sealed class Plots(Markup markup)
{
    private const int Width = 460;
    private const int Height = 96;
    private const int Top = 22;

    /// <summary>New states by level: a bar a level, as high as the level has new states.</summary>
    public void Growth(ExplorationReport report)
    {
        if (report.Levels.Count == 0)
        {
            return;
        }

        long most = Math.Max(1, report.Levels.Max());
        int at = report.Levels.ToList().IndexOf(report.Levels.Max());
        double step = (double)Width / report.Levels.Count;
        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M0 {Top + Height}"));
        for (int i = 0; i < report.Levels.Count; i++)
        {
            path.Append(CultureInfo.InvariantCulture, $"V{Top + Height - (Height * (double)report.Levels[i] / most):0.#}H{(i + 1) * step:0.#}");
        }

        path.Append(CultureInfo.InvariantCulture, $"V{Top + Height}Z");
        string peak = $"{Quantities.Count(most)} new states at level {at}";
        double middle = (at + 0.5) * step;
        markup.Open("figure").Open(
            "svg", ("class", "plot"), ("role", "img"), ("aria-label", $"New states by level: at most {peak}"),
            ("width", Width + 2), ("height", Top + Height + 22), ("viewBox", $"-1 0 {Width + 2} {Top + Height + 22}"));
        markup.Element("path", ("class", "area"), ("d", path));
        markup.Element("line", ("class", "axis"), ("x1", 0), ("x2", Width), ("y1", Top + Height), ("y2", Top + Height));
        markup.Element("text", peak, ("x", Number(middle)), ("y", 14), ("text-anchor", middle < Width / 3.0 ? "start" : middle > 2 * Width / 3.0 ? "end" : "middle"));
        markup.Element("text", "level 0", ("x", 0), ("y", Top + Height + 16));
        markup.Element("text", $"level {report.Levels.Count - 1}", ("x", Width), ("y", Top + Height + 16), ("text-anchor", "end"));
        markup.Close().Element("figcaption", "New states by level (steps from an initial state)").CloseLine();
    }

    /// <summary>How often each action fired, and how often that led to a new state; bars are as long as the most frequent action is frequent.</summary>
    public void Actions(ExplorationReport report)
    {
        long most = Math.Max(1, report.Actions.Select(action => action.Fired).DefaultIfEmpty().Max());
        markup.Open("table", ("class", "bars")).Element("caption", "How often each action fired; the stronger part of a bar led to a new state").Open("thead").Open("tr");
        foreach (string title in (string[])["action", "", "fired", "to a new state"])
        {
            markup.Element("th", title, ("scope", "col"));
        }

        markup.Close().Close().Open("tbody").Line();
        foreach (var action in report.Actions)
        {
            string never = report.Gap is null ? "never" : "not yet";
            markup.Open("tr", ("class", action.Fired == 0 ? "never" : null)).Element("td", action.Action).Open("td", ("class", "bar"));
            Bar("all", action.Fired, most);
            Bar("new", action.New, most);
            markup.Close().Element("td", action.Fired == 0 ? never : Quantities.Count(action.Fired)).Element("td", action.Fired == 0 ? "" : Quantities.Count(action.New)).CloseLine();
        }

        markup.Close().CloseLine();
    }

    /// <summary>How often each claim was put to the test.</summary>
    public void Cases(ExplorationReport report)
    {
        markup.Open("table", ("class", "bars")).Element("caption", "How often each claim was put to the test, until it was decided").Open("thead").Open("tr");
        foreach (string title in (string[])["claim", "put to the test"])
        {
            markup.Element("th", title, ("scope", "col"));
        }

        markup.Close().Close().Open("tbody").Line();
        foreach (var outcome in report.Outcomes)
        {
            string cases = Verdicts.Cases(outcome) is { Length: > 0 } some ? some : "in every state";
            markup.Open("tr", ("class", outcome.Cases == 0 ? "never" : null)).Element("td", outcome.Claim.Name).Element("td", cases).CloseLine();
        }

        markup.Close().CloseLine();
    }

    private void Bar(string looks, long count, long most)
    {
        if (count > 0)
        {
            markup.Element("span", "", ("class", looks), ("style", $"width:{Number(Math.Max(0.5, 100.0 * count / most))}%"));
        }
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
