// Breaks text into lines, since neither DOT nor SVG does.

namespace Verify.Cli.Pictures;

/// <summary>Breaks text for pictures with letters of one width.</summary>
internal static class Wrapping
{
    /// <summary>
    /// The lines of <paramref name="text"/>, broken at spaces and behind commas and brackets where it can be, each at most <paramref name="columns"/> long; all but the
    /// first begin with <paramref name="indent"/>. At least one.
    /// </summary>
    public static List<string> Lines(string text, int columns, string indent = "")
    {
        var lines = new List<string>();
        string rest = text;
        while (rest.Length > columns)
        {
            // Not within the first third: a long word would leave a line nearly empty.
            int least = Math.Max(indent.Length + 1, columns / 3);
            int at = columns;
            while (at > least && !(rest[at] == ' ' || (rest[at - 1] is ' ' or ',' or '(' or ';' && rest[at] != '\u00A0')))
            {
                at--;
            }

            at = at > least ? at : char.IsLowSurrogate(rest[columns]) ? columns - 1 : columns;
            lines.Add(rest[..at].TrimEnd());
            rest = indent + rest[at..].TrimStart();
        }

        lines.Add(rest);
        return lines;
    }
}
