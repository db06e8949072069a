// Names as SMT-LIB writes them (The SMT-LIB Standard 2.6, section 3.1).

using System.Buffers;

namespace Verify.Symbolic;

/// <summary>Which names variables and terms can have.</summary>
internal static class SmtSymbol
{
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789~!@$%^&*_-+=<>.?/");

    // Reserved words, and what the theories of QF_BV define: quoting would not make them other symbols. What begins with bv is left to them.
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "BINARY", "DECIMAL", "HEXADECIMAL", "NUMERAL", "STRING", "_", "!", "as", "let", "exists", "forall", "match", "par",
        "true", "false", "not", "=>", "and", "or", "xor", "=", "distinct", "ite", "concat", "extract", "repeat", "rotate_left",
        "rotate_right", "zero_extend", "sign_extend", "+", "-", "*", "/", "<", ">", "<=", ">=", "^", "div", "mod", "abs", "select", "store",
    };

    /// <summary>Refuses what is not a symbol that needs no quotes and means nothing yet.</summary>
    /// <exception cref="ArgumentException">The name is refused.</exception>
    public static void Check(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name[0] is '.' or '@' || name.AsSpan().ContainsAnyExcept(Letters)
            || Taken.Contains(name) || name.StartsWith("bv", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' cannot be a name in SMT-LIB: use letters, digits, dots and underscores");
        }
    }
}
