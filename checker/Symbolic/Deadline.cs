// Waiting that ends for one of three reasons.

using System.Globalization;

namespace Verify.Symbolic;

/// <summary>A time limit together with a cancellation.</summary>
internal static class Deadline
{
    /// <summary>The longest limit that timers take; whoever sets a longer one means none.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Waits for <paramref name="finished"/>. Null when it came; else the reason why the wait is over.</summary>
    public static string? Wait(WaitHandle finished, TimeSpan limit, CancellationToken cancellation)
    {
        var milliseconds = (int)Math.Clamp(limit.TotalMilliseconds, 0, int.MaxValue);
        return WaitHandle.WaitAny([finished, cancellation.WaitHandle], milliseconds) switch
        {
            0 => null,
            1 => "cancelled",
            _ => Say(limit),
        };
    }

    /// <summary>That a limit was reached.</summary>
    public static string Say(TimeSpan limit) =>
        string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0.###} s");
}
