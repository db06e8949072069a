// 64-bit words as traces write them.

using System.Globalization;

namespace Verify.Engine.Traces;

/// <summary>The form of a 64-bit word in a trace: 0x and 16 lower-case hex digits.</summary>
public static class TraceWord
{
    private const int Length = 18;

    /// <summary>The word as a trace writes it.</summary>
    public static string Format(ulong value) => $"0x{value:x16}";

    /// <summary>True when <paramref name="text"/> is a word as a trace writes it.</summary>
    public static bool TryParse(string text, out ulong value)
    {
        value = 0;
        return text.Length == Length
            && text.StartsWith("0x", StringComparison.Ordinal)
            && !text.AsSpan(2).ContainsAnyInRange('A', 'F')
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
