// Whether the memory of a process keeps growing although it does the same again and again.

namespace Verify.Benchmarks;

/// <summary>
/// Judges readings of resident memory that were taken at regular intervals. The first quarter is warming up: code is compiled, allocators take what they keep.
/// From then on memory goes up and down; it creeps if at the end even its lowest is well above what was its highest in the second quarter.
/// </summary>
internal sealed class Creep
{
    /// <summary>Fewer readings say nothing.</summary>
    public const int FewestReadings = 12;

    /// <summary>What may come and go by chance, in bytes.</summary>
    public const long Tolerance = 8L << 20;

    private readonly List<long> _readings = [];

    /// <summary>The highest reading before the middle and after the first quarter, and the lowest of the last quarter; null when there are too few.</summary>
    public (long Before, long After)? Ends
    {
        get
        {
            int quarter = _readings.Count / 4;
            return _readings.Count < FewestReadings ? null : (_readings.Skip(quarter).Take(quarter).Max(), _readings.TakeLast(quarter).Min());
        }
    }

    /// <summary>True when memory has grown; false also when there are too few readings to tell.</summary>
    public bool IsSeen => Ends is { } ends && ends.After > ends.Before + Tolerance;

    /// <summary>Takes down a reading, in bytes.</summary>
    public void Note(long bytes) => _readings.Add(bytes);
}
