// The text of scripts.

using System.Globalization;
using System.Text;
using Verify.Engine.Traces;

namespace Verify.Engine.Scripts;

/// <summary>Reads scripts, and writes the parts of their lines.</summary>
internal static class ScriptReader
{
    private const string Special = "\"\\:()=,#";

    /// <inheritdoc cref="Script.Parse"/>
    public static Script Parse(string text)
    {
        (string System, string? Variant)? about = null;
        string? scope = null;
        var lines = new List<ScriptLine>();
        int number = 0;
        foreach (string raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            var line = new Cursor(raw.TrimEnd('\r'), ++number);
            if (line.IsAtEnd)
            {
                continue;
            }
            string keyword = line.Keyword();
            if (about == null != (keyword == "system"))
            {
                throw line.Wrong(about == null ? "a script begins with a line 'system SYSTEM/VARIANT'" : "there is a second line 'system'");
            }
            switch (keyword)
            {
                case "system":
                    string[] names = line.Rest().Split('/', 2);
                    about = (names[0], names.Length == 1 ? null : names[1]);
                    break;
                case "scope":
                    scope = scope == null && lines.Count == 0 ? line.Rest()
                        : throw line.Wrong(scope == null ? "'scope' must come before what is to be followed" : "there is a second line 'scope'");
                    break;
                default:
                    lines.Add(Followed(line, keyword, lines));
                    break;
            }
        }
        return about == null ? throw new ScriptException("it is empty; a script begins with a line 'system SYSTEM/VARIANT'")
            : lines.Count == 0 ? throw new ScriptException("there is nothing to follow: no step, 'expect' or 'never'")
            : new Script(about.Value.System, about.Value.Variant, scope, lines);
    }

    /// <summary>A name or a value as a script writes it: in quotes where it must be.</summary>
    public static string Quoted(string text) =>
        text.Length > 0 && text.Trim() == text && !text.AsSpan().ContainsAny(Special) && !Cursor.IsKeyword(text.Split(' ')[0])
            ? text
            : $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    /// <summary>A field and its value as a script asks for them.</summary>
    public static string Asked(string field, string value)
    {
        bool isPlain = value.Length > 0 && value.Trim() == value && !value.AsSpan().ContainsAny("\"#");
        return $"{Quoted(field)} = {(isPlain ? value : Quoted(value))}";
    }

    private static ScriptLine Followed(Cursor line, string keyword, List<ScriptLine> before)
    {
        switch (keyword)
        {
            case "start" when before.Exists(each => each is not StartLine):
                throw line.Wrong("'start' must come before what is to be followed");
            case "start":
                return new StartLine(line.Number, line.Field(), line.Rest());
            case "expect":
                return new ExpectLine(line.Number, line.Field(), line.Rest());
            case "never":
                return new NeverLine(line.Number, line.Pattern());
            default:
                return new StepLine(line.Number, line.Pattern());
        }
    }

    /// <summary>A place in a line.</summary>
    private sealed class Cursor
    {
        private static readonly string[] _keywords = ["system", "scope", "start", "expect", "never"];

        private readonly string _line;
        private int _at;

        public Cursor(string line, int number)
        {
            (_line, Number) = (line, number);
            if (line.Any(c => char.GetUnicodeCategory(c) == UnicodeCategory.Control && c != '\t'))
            {
                throw Wrong("a control character: this is no script");
            }
            SkipSpace();
        }

        /// <summary>The line's number.</summary>
        public int Number { get; }

        /// <summary>Whether nothing is left but a comment.</summary>
        public bool IsAtEnd => _at == _line.Length || _line[_at] == '#';

        public static bool IsKeyword(string word) => _keywords.Contains(word);

        public ScriptException Wrong(string problem) => new($"line {Number}: {problem}");

        /// <summary>The keyword that the line begins with; empty where it is a step.</summary>
        public string Keyword()
        {
            int end = _at;
            while (end < _line.Length && char.IsAsciiLetter(_line[end]))
            {
                end++;
            }
            string word = _line[_at..end];
            if (!IsKeyword(word) || (end < _line.Length && !char.IsWhiteSpace(_line[end])))
            {
                return "";
            }
            _at = end;
            SkipSpace();
            return word;
        }

        /// <summary>What is before a '='; goes past it.</summary>
        public string Field()
        {
            string field = Part("=", "a field");
            return TryTake('=') ? field : throw Wrong($"no '=' after {OneLine.Quote(field)}; it is written FIELD = VALUE");
        }

        /// <summary>All that is left.</summary>
        public string Rest()
        {
            string value = Part("", "a value");
            return IsAtEnd ? value : throw Wrong($"{OneLine.Quote(_line[_at..])} after the closing quote");
        }

        /// <summary>A step, as far as it is given.</summary>
        public StepPattern Pattern()
        {
            string name = Part(":(=", "a step");
            string? lane = null;
            if (TryTake(':'))
            {
                (lane, name) = (name, Part("(=", "an action"));
            }
            var arguments = new List<KeyValuePair<string, string>>();
            if (TryTake('(') && !TryTake(')'))
            {
                do
                {
                    string argument = Part("=,)", "an argument");
                    string value = TryTake('=') ? Part(",)", "a value") : throw Wrong($"no value for {OneLine.Quote(argument)}; arguments are written name=value");
                    if (arguments.Exists(given => given.Key == argument))
                    {
                        throw Wrong($"{OneLine.Quote(argument)} is given twice");
                    }
                    arguments.Add(new(argument, value));
                }
                while (TryTake(','));
                if (!TryTake(')'))
                {
                    throw Wrong("no ')' after the last argument");
                }
            }
            return IsAtEnd ? new StepPattern(lane, name, arguments)
                : _line[_at] == '=' ? throw Wrong("'=' outside of parentheses; a field is asked for by 'expect FIELD = VALUE'")
                : throw Wrong($"{OneLine.Quote(_line[_at..])} after the step; a name or value with other characters is put in quotes");
        }

        // A name or a value: up to the next of some characters or a comment, or in quotes.
        private string Part(string ends, string what)
        {
            SkipSpace();
            if (TryTake('"'))
            {
                return InQuotes();
            }
            int start = _at;
            while (_at < _line.Length && !ends.Contains(_line[_at]) && !(_line[_at] == '#' && (_at == start || char.IsWhiteSpace(_line[_at - 1]))))
            {
                _at++;
            }
            string part = _line[start.._at].Trim();
            return part.Length > 0 ? part : throw Wrong($"{what} is missing{(_at < _line.Length ? $" before '{_line[_at]}'" : " at the end")}");
        }

        private string InQuotes()
        {
            var text = new StringBuilder();
            for (; _at < _line.Length && _line[_at] != '"'; _at++)
            {
                _at += _line[_at] == '\\' && _at + 1 < _line.Length ? 1 : 0;
                text.Append(_line[_at]);
            }
            if (!TryTake('"'))
            {
                throw Wrong("a quote is not closed");
            }
            SkipSpace();
            return text.ToString();
        }

        private bool TryTake(char c)
        {
            bool isThere = _at < _line.Length && _line[_at] == c;
            if (isThere)
            {
                _at++;
                if (c != '"')
                {
                    SkipSpace();
                }
            }
            return isThere;
        }

        private void SkipSpace()
        {
            while (_at < _line.Length && char.IsWhiteSpace(_line[_at]))
            {
                _at++;
            }
        }
    }
}
