// What solvers print: an answer, then the values that (get-value …) asked for.

using System.Globalization;

namespace Verify.Symbolic;

/// <summary>Reads the answers of SMT-LIB 2 solvers.</summary>
internal static class SmtReader
{
    private const int Shown = 200;

    /// <summary>What the output of a script says that asks (check-sat) and perhaps for values; models are checked.</summary>
    public static SolverAnswer Answer(Obligation obligation, string output)
    {
        var (first, rest) = Split(output);
        return first switch
        {
            // After unsat there is no model to print, which is an error in words that differ by solver.
            "unsat" when rest.Length == 0 || rest.StartsWith("(error", StringComparison.Ordinal) => new SolverAnswer.Unsat(),
            "sat" => Sat(obligation, rest),
            "unknown" => new SolverAnswer.Unknown($"it says unknown {Excerpt(rest)}".TrimEnd()),
            _ when output.Trim().Length == 0 => new SolverAnswer.Unknown("it says nothing"),
            _ => new SolverAnswer.Unknown($"it says neither sat nor unsat but: {Excerpt(output)}"),
        };
    }

    /// <summary>The first line, and the rest.</summary>
    public static (string First, string After) Split(string output)
    {
        var text = output.Trim();
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? (text, "") : (text[..end].Trim(), text[(end + 1)..].Trim());
    }

    /// <summary>The beginning of what was said, on one line.</summary>
    public static string Excerpt(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= Shown ? line : $"{line[..Shown]}…";
    }

    private static SolverAnswer Sat(Obligation obligation, string values)
    {
        Assignment model;
        try
        {
            model = Values(obligation, values);
        }
        catch (FormatException e)
        {
            return new SolverAnswer.Unknown($"it says sat, with a model that cannot be read: {e.Message}") { SaidSat = true };
        }

        return obligation.IsSatisfiedBy(model)
            ? new SolverAnswer.Sat(model)
            : new SolverAnswer.Unknown($"it says sat, with a model that does not satisfy the formula: {Excerpt(model.ToString())}") { SaidSat = true };
    }

    // ((from.w0 #x0000000000000000) (p true))
    private static Assignment Values(Obligation obligation, string text)
    {
        var model = new Assignment();
        if (obligation.Variables.Count == 0)
        {
            return model;
        }

        var tokens = new Tokens(text);
        tokens.Take("(");
        for (var count = 0; count < obligation.Variables.Count; count++)
        {
            tokens.Take("(");
            var name = tokens.Next();
            if (name != obligation.Variables[count])
            {
                throw new FormatException($"'{Excerpt(name)}' where {obligation.Variables[count]} was asked for");
            }

            if (obligation.IsWord(name))
            {
                model.Set(name, Word(tokens));
            }
            else
            {
                var value = tokens.Next();
                model.Set(name, value is "true" or "false" ? value == "true" : throw new FormatException($"{name} is '{Excerpt(value)}'"));
            }

            tokens.Take(")");
        }

        tokens.Take(")");
        return model;
    }

    private static ulong Word(Tokens tokens)
    {
        var token = tokens.Next();
        if (token == "(")
        {
            // (_ bv5 64)
            tokens.Take("_");
            token = tokens.Next();
            tokens.Take("64");
            tokens.Take(")");
        }

        var digits = token.Length > 2 ? token.AsSpan(2) : default;
        ulong value = 0;
        var isRead = token.Length > 2 && token[..2] switch
        {
            "#x" => digits.Length == 16 && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value),
            "#b" => digits.Length == 64 && ulong.TryParse(digits, NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture, out value),
            "bv" => ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value),
            _ => false,
        };
        return isRead ? value : throw new FormatException($"'{Excerpt(token)}' is no 64-bit word");
    }

    /// <summary>Parentheses and what stands between them; symbols in bars without the bars.</summary>
    private sealed class Tokens(string text)
    {
        private int at;

        public void Take(string expected)
        {
            var token = Next();
            if (token != expected)
            {
                throw new FormatException($"'{Excerpt(token)}' where '{expected}' was expected");
            }
        }

        public string Next()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                throw new FormatException($"it ends after: {Excerpt(text)}");
            }

            var start = at++;
            if (text[start] is '(' or ')')
            {
                return text[start..at];
            }

            if (text[start] == '|')
            {
                var end = text.IndexOf('|', at);
                at = end < 0 ? throw new FormatException("a | is not closed") : end + 1;
                return text[(start + 1)..end];
            }

            while (at < text.Length && text[at] is not ('(' or ')') && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            return text[start..at];
        }
    }
}
