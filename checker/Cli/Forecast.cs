// How large an exploration will be, from how its levels have grown so far.

using Verify.Engine;

namespace Verify.Cli;

/// <summary>
/// Fits a parabola to the logarithms of the last levels' sizes: levels of a breadth-first search mostly grow fast, then slower, then shrink, much like
/// a bell curve. It is a guess and is called one: a model may have a second hump.
/// </summary>
public sealed class Forecast
{
    private const int Fitted = 12;
    private const int Fewest = 5;
    private const int MostLevels = 100_000;
    private const double Believable = 1000;

    private readonly List<(double Depth, double LogSize)> levels = [];
    private Progress? entered;

    /// <summary>Takes down where the exploration is; only the first news of a level counts.</summary>
    public void Note(Progress progress)
    {
        if (entered is { } before && progress.Depth > before.Depth)
        {
            // Where levels went by unseen, they count as of one size.
            double size = (double)(progress.States - before.States) / (progress.Depth - before.Depth);
            if (size > 0)
            {
                levels.Add(((progress.Depth + before.Depth) / 2.0, Math.Log(size)));
            }
        }

        if (entered is null || progress.Depth > entered.Depth)
        {
            entered = progress;
        }
    }

    /// <summary>How many states and levels there will be in all; null while the levels give no ground for a guess.</summary>
    public (double States, int Levels)? Total(Progress now)
    {
        if (levels.Count < Fewest || Parabola(levels.TakeLast(Fitted).ToList()) is not { A: < 0 } curve)
        {
            return null;
        }

        double states = entered!.States;
        int depth = entered.Depth;
        for (double size = double.MaxValue; size >= 1 && depth < entered.Depth + MostLevels; depth++)
        {
            size = Math.Exp(Math.Min(curve.At(depth + 0.5), 100));
            states += size;
            if (states > Believable * now.States)
            {
                return null;
            }
        }

        return (Math.Max(states, now.States), depth);
    }

    /// <summary>How much larger a level was than the one before it, lately; null before there are two.</summary>
    public double? Growth => levels.Count < 2 ? null
        : Math.Exp((levels[^1].LogSize - levels[^2].LogSize) / (levels[^1].Depth - levels[^2].Depth));

    /// <summary>The guess in words, after a comma; empty while there is none.</summary>
    public string Say(Progress now)
    {
        string growth = Growth is { } factor ? FormattableString.Invariant($", levels grow x{factor:0.00}") : "";
        if (Total(now) is not var (states, depth))
        {
            return growth;
        }

        double left = now.States > 0 ? now.Elapsed.TotalSeconds * (states - now.States) / now.States : 0;
        return $"{growth}, forecast {Quantities.Count((long)states)} states in {Quantities.Count(depth)} levels, {Quantities.Seconds(left)} s more";
    }

    // Least squares, around the middle depth so that the sums stay small.
    private static Curve? Parabola(List<(double Depth, double LogSize)> points)
    {
        double middle = points.Average(point => point.Depth);
        double[] powers = new double[5];
        double[] moments = new double[3];
        foreach (var (depth, size) in points)
        {
            double power = 1;
            for (int i = 0; i < powers.Length; i++, power *= depth - middle)
            {
                powers[i] += power;
                if (i < moments.Length)
                {
                    moments[i] += power * size;
                }
            }
        }

        double[,] rows =
        {
            { powers[0], powers[1], powers[2], moments[0] },
            { powers[1], powers[2], powers[3], moments[1] },
            { powers[2], powers[3], powers[4], moments[2] },
        };
        return Solve(rows) is [var c, var b, var a] ? new Curve(a, b, c, middle) : null;
    }

    // Three equations by elimination; null where the points do not determine the curve.
    private static double[]? Solve(double[,] rows)
    {
        for (int column = 0; column < 3; column++)
        {
            for (int row = 0; row < 3; row++)
            {
                if (row == column)
                {
                    continue;
                }

                if (Math.Abs(rows[column, column]) < 1e-9)
                {
                    return null;
                }

                double factor = rows[row, column] / rows[column, column];
                for (int i = column; i < 4; i++)
                {
                    rows[row, i] -= factor * rows[column, i];
                }
            }
        }

        return [rows[0, 3] / rows[0, 0], rows[1, 3] / rows[1, 1], rows[2, 3] / rows[2, 2]];
    }

    private sealed record Curve(double A, double B, double C, double Middle)
    {
        public double At(double depth) => (((A * (depth - Middle)) + B) * (depth - Middle)) + C;
    }
}
