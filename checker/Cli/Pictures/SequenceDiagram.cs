// A run as a sequence diagram: a lane for each actor, a box for each step with an arrow to or from whom it concerns, and beside it what the step changed.

using Verify.Engine.Traces;

namespace Verify.Cli.Pictures;

/// <summary>Draws runs as SVG. Lengths are pixels; letters have one width, so that lines can be broken before they are drawn.</summary>
/// <param name="markup">Where to.</param>
/// <param name="decode">Says words in the fields of their tables.</param>
internal sealed class SequenceDiagram(Markup markup, DecodeWord decode)
{
    private const double Letter = 6.9;
    private const int LineHeight = 15;
    private const int Padding = 5;
    private const int Gap = 8;
    private const int Gutter = 46;
    private const int MostColumnsOfBox = 26;
    private const int FewestColumnsOfBox = 12;
    private const int ColumnsOfText = 92;
    private const int Header = 30;

    /// <summary>One step as it is drawn; an arrow comes from a lane, or goes to one, that is not -1.</summary>
    private sealed record Row(int Number, int Lane, List<string> Box, List<Line> Text, int From = -1, int To = -1)
    {
        public int Height => (Math.Max(Box.Count, Text.Count) * LineHeight) + (2 * Padding);
    }

    /// <summary>A line of text, with the name of a part at its beginning where it has one.</summary>
    private sealed record Line(string Name, string Rest, bool IsFields = false);

    /// <summary>Draws a run.</summary>
    /// <param name="steps">The steps; the first is the initial state.</param>
    /// <param name="loop">See <see cref="TraceDocument.Loop"/>.</param>
    /// <param name="label">What it shows, for who cannot see it.</param>
    public void Draw(IReadOnlyList<TraceStep> steps, int? loop, string label)
    {
        var lanes = TraceLanes.Of(steps);
        int header = lanes.Count > 0 ? Header : 8;
        int columns = Math.Clamp(
            steps.SelectMany(step => Parts(step).Append(step.Lane)).Select(part => part.Length).DefaultIfEmpty().Max(), FewestColumnsOfBox, MostColumnsOfBox);
        int box = (int)(columns * Letter) + (2 * Padding) + 2;
        var rows = steps.Select((step, number) => new Row(
            number, lanes.IndexOf(step.Lane), Box(step, columns), Texts(steps, number), lanes.IndexOf(step.From ?? ""), lanes.IndexOf(step.To ?? ""))).ToList();
        if (loop == steps.Count)
        {
            rows.Add(new Row(-1, -1, [], [new("", "and nothing more happens, for ever")]));
        }

        int left = Gutter + (lanes.Count * (box + Gap)) + 12;
        int longest = rows.SelectMany(row => row.Text).Select(line => line.Name.Length + line.Rest.Length).DefaultIfEmpty().Max();
        int width = left + (int)(longest * Letter) + 20;
        int height = header + rows.Sum(row => row.Height + Gap) + 4;
        markup.Open("svg", ("class", "run"), ("role", "img"), ("aria-label", label), ("width", width), ("height", height), ("viewBox", $"0 0 {width} {height}"));
        for (int i = 0; i < lanes.Count; i++)
        {
            int middle = Gutter + (i * (box + Gap)) + (box / 2);
            markup.Element("line", ("class", "lane"), ("x1", middle), ("x2", middle), ("y1", header - 6), ("y2", height - 4));
            markup.Element("text", Cut(lanes[i], columns), ("class", "actor"), ("x", middle), ("y", 16));
        }

        Draw(rows, steps.Count - 1, loop, box, left, header);
        markup.CloseLine();
    }

    private void Draw(List<Row> rows, int last, int? loop, int box, int left, int top)
    {
        int? loopTop = null;
        foreach (var row in rows)
        {
            loopTop = row.Number == loop ? top : loopTop;
            string looks = row.Number == last && loop is null && last > 0 ? "bad" : $"l{row.Lane % 6}";
            if (row.Number >= 0)
            {
                markup.Element("text", $"{row.Number}", ("class", "no"), ("x", Gutter - 8), ("y", top + Padding + 11));
            }

            if (row.Lane >= 0)
            {
                int x = Gutter + (row.Lane * (box + Gap));
                markup.Element("rect", ("class", looks), ("x", x), ("y", top), ("width", box), ("height", (row.Box.Count * LineHeight) + (2 * Padding)), ("rx", 4));
                for (int i = 0; i < row.Box.Count; i++)
                {
                    Write(i == 0 ? "b" : null, x + Padding, Baseline(top, i), row.Box[i]);
                }

                WriteArrow(row.From, row.Lane, box, top, isInward: true);
                WriteArrow(row.To, row.Lane, box, top, isInward: false);
            }

            for (int i = 0; i < row.Text.Count; i++)
            {
                Write(row.Text[i], left, Baseline(top, i));
            }

            top += row.Height + Gap;
            if (loopTop is int from && row.Number == last)
            {
                WriteBracket(from, top - Gap);
            }
        }
    }

    // Between the edge of a box and the middle of another lane.
    private void WriteArrow(int other, int lane, int box, int top, bool isInward)
    {
        if (other < 0 || other == lane)
        {
            return;
        }

        int edge = Gutter + (lane * (box + Gap)) + (other > lane ? box : 0);
        int middle = Gutter + (other * (box + Gap)) + (box / 2);
        var (from, to) = isInward ? (middle, edge) : (edge, middle);
        int back = to > from ? -6 : 6;
        int y = top + Padding + (LineHeight / 2);
        markup.Element("path", ("class", "arrow"), ("d", $"M{from} {y} H{to} M{to + back} {y - 4} L{to} {y} L{to + back} {y + 4}"));
    }

    // "repeats for ever", from the step that follows the last one to the last one.
    private void WriteBracket(int top, int bottom)
    {
        markup.Element("path", ("class", "loop"), ("d", $"M21 {top} H15 V{bottom} H21"));
        int middle = (top + bottom) / 2;
        markup.Element("text", bottom - top > 110 ? "repeats for ever" : "again", ("class", "again"), ("x", 10), ("y", middle), ("transform", $"rotate(-90 10 {middle})"));
    }

    private static int Baseline(int top, int line) => top + Padding + (line * LineHeight) + 11;

    private void Write(string? looks, int x, int y, string text) => markup.Element("text", text, ("class", looks), ("x", x), ("y", y));

    private void Write(Line line, int x, int y)
    {
        markup.Open("text", ("class", line.IsFields ? "f" : null), ("x", x), ("y", y));
        if (line.Name.Length > 0)
        {
            markup.Element("tspan", line.Name, ("class", "b"));
        }

        markup.Text(line.Rest).Close();
    }

    // The action, then an argument on each line.
    private static IEnumerable<string> Parts(TraceStep step) => [step.Action, .. step.Arguments.Select(argument => $" {argument.Key}={argument.Value}")];

    private static List<string> Box(TraceStep step, int columns) => [.. Parts(step).SelectMany(part => Wrapping.Lines(part, columns, "  "))];

    private static string Cut(string text, int columns) => text.Length <= columns ? text : text[..(columns - 1)] + "…";

    private List<Line> Texts(IReadOnlyList<TraceStep> steps, int number)
    {
        var step = steps[number];
        var lines = new List<Line>();
        if (number == 0)
        {
            lines.Add(new("initial state", ""));
            WriteInitial(step, lines);
            return lines;
        }

        if (step.Lane.Length == 0)
        {
            lines.AddRange(Wrapping.Lines(TraceText.Action(step), ColumnsOfText).Select(line => new Line("", line)));
        }

        foreach (var (name, before, after) in StateChanges.At(steps, number))
        {
            ulong? was = before is not null && TraceWord.TryParse(before, out ulong old) ? old : null;
            var fields = after is not null && TraceWord.TryParse(after, out ulong word) ? decode(name, was, word) : [];
            AddChange(lines, name, before ?? "(absent)", after ?? "(absent)");
            AddFields(lines, fields);
        }

        return lines.Count > 0 ? lines : [new("", "changes nothing")];
    }

    // As in the text of a trace: short parts share lines, and words that a table has are told field by field.
    private void WriteInitial(TraceStep step, List<Line> lines)
    {
        var plain = new List<string>();
        void Flush()
        {
            if (plain.Count > 0)
            {
                lines.AddRange(Wrapping.Lines(string.Join(";  ", plain), ColumnsOfText, "    ").Select(line => new Line("", line)));
                plain.Clear();
            }
        }

        foreach (var (name, value) in step.State)
        {
            var fields = TraceWord.TryParse(value, out ulong word) ? decode(name, null, word) : [];
            if (fields.Count == 0)
            {
                string part = $"{name} = {(value == TraceWord.Format(0) ? "0" : value)}";
                plain.Add(part.Length > ColumnsOfText / 2 ? part : part.Replace(' ', '\u00A0'));
                continue;
            }

            Flush();
            Add(lines, name, $" = {value}");
            AddFields(lines, fields);
        }

        Flush();
    }

    // What does not fit on one line stands below what it was before, so that the two can be compared.
    private static void AddChange(List<Line> lines, string name, string before, string after)
    {
        if (name.Length + before.Length + after.Length + 5 <= ColumnsOfText)
        {
            Add(lines, name, $": {before} → {after}");
            return;
        }

        Add(lines, name, $": {before}");
        lines.AddRange(Wrapping.Lines($"{"→".PadLeft(name.Length + 1)} {after}", ColumnsOfText, "    ").Select(line => new Line("", line)));
    }

    private static void Add(List<Line> lines, string name, string rest)
    {
        var wrapped = Wrapping.Lines(name + rest, ColumnsOfText, "    ");
        bool isNamed = wrapped[0].StartsWith(name, StringComparison.Ordinal);
        lines.Add(isNamed ? new(name, wrapped[0][name.Length..]) : new("", wrapped[0]));
        lines.AddRange(wrapped.Skip(1).Select(line => new Line("", line)));
    }

    private static void AddFields(List<Line> lines, IReadOnlyList<string> fields)
    {
        if (fields.Count > 0)
        {
            string all = "    " + string.Join("   ", fields.Select(field => field.Replace(" -> ", "→", StringComparison.Ordinal).Replace(' ', '\u00A0')));
            lines.AddRange(Wrapping.Lines(all, ColumnsOfText, "    ").Select(line => new Line("", line, IsFields: true)));
        }
    }
}
