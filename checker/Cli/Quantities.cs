// Sizes, times and counts: as the user types them and as the program prints them.

using System.Globalization;

namespace Verify.Cli;

/// <summary>Reads and prints sizes, times and counts.</summary>
internal static class Quantities
{
    /// <summary>A size such as 512M or 4G in bytes: K, M, G and T are powers of 1024. Null when it is none, or below a mebibyte.</summary>
    public static long? Bytes(string text)
    {
        int shift = (text.Length > 0 ? char.ToUpperInvariant(text[^1]) : ' ') switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        double? number = Number(shift > 0 ? text[..^1] : text);
        double bytes = (number ?? 0) * (1L << shift);
        return bytes is >= 1 << 20 and <= 1L << 50 ? (long)bytes : null;
    }

    /// <summary>A time such as 90s, 10m or 2h; a bare number is seconds. Null when it is none, or not above zero, or above a year.</summary>
    public static TimeSpan? Time(string text)
    {
        int seconds = (text.Length > 0 ? text[^1] : ' ') switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        double? number = Number(seconds > 0 ? text[..^1] : text);
        double total = (number ?? 0) * Math.Max(seconds, 1);
        return total is > 0 and <= 366 * 86400.0 ? TimeSpan.FromSeconds(total) : null;
    }

    /// <summary>A count with thousands separated.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A rate as "412 k/s".</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e6:0.0} M/s"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e3:0} k/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0} /s"),
    };

    /// <summary>A size as "12 MiB".</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 10L << 30 => $"{bytes >> 30} GiB",
        >= 10L << 20 => $"{bytes >> 20} MiB",
        _ => $"{bytes >> 10} KiB",
    };

    /// <summary>Seconds with a precision that suits them.</summary>
    public static string Seconds(double seconds) => seconds.ToString(seconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;
}
