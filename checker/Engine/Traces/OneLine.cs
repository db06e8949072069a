// Text from a file or from a user's hand, made fit for one line of a terminal.

using System.Globalization;
using System.Text;

namespace Verify.Engine.Traces;

/// <summary>Text that comes from outside, for a line of a message or of a printed trace.</summary>
public static class OneLine
{
    /// <summary>
    /// <paramref name="text"/> with control characters (line breaks, escape sequences, direction marks) written as \uXXXX, so that it
    /// stays on its line and cannot drive the terminal.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.Any(Unfit))
        {
            return text;
        }

        var line = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            _ = Unfit(c) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : line.Append(c);
        }

        return line.ToString();
    }

    /// <summary><paramref name="text"/> in quotes on one line, cut after 60 characters: for messages that cite it.</summary>
    public static string Quote(string text) => text.Length > 60 ? $"'{Of(text[..60])}...'" : $"'{Of(text)}'";

    private static bool Unfit(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
