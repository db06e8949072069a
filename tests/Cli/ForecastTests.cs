// The forecast of an exploration's size: right for levels like a bell, silent where they give no ground for a guess.

using Verify.Cli;
using Verify.Engine;
using Xunit;

namespace Verify.Tests.Cli;

public class ForecastTests
{
    private static double Bell(int level) => 1e6 * Math.Exp(-Math.Pow((level - 30) / 9.0, 2));

    [Theory]
    [InlineData(18)]
    [InlineData(30)]
    [InlineData(45)]
    public void Levels_like_a_bell_are_foreseen_from_early_on(int seen)
    {
        var forecast = new Forecast();
        var now = Explore(forecast, Bell, seen);
        double all = Enumerable.Range(0, 100).Sum(Bell);
        var (states, levels) = forecast.Total(now)!.Value;
        Assert.InRange(states, all / 1.2, all * 1.2);
        Assert.InRange(levels, 58, 68);
        Assert.Contains("forecast", forecast.Say(now), StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_that_grow_by_the_same_factor_give_no_forecast()
    {
        var forecast = new Forecast();
        var now = Explore(forecast, level => Math.Pow(2, level), 20);
        Assert.Null(forecast.Total(now));
        Assert.Equal(2, forecast.Growth!.Value, 3);
        Assert.Equal(", levels grow x2.00", forecast.Say(now));
    }

    [Fact]
    public void Few_levels_give_no_forecast_and_none_says_nothing()
    {
        Assert.Equal("", new Forecast().Say(At(0, 1)));
        var forecast = new Forecast();
        Assert.Null(forecast.Total(Explore(forecast, Bell, 3)));
    }

    [Fact]
    public void Levels_that_went_by_unseen_count_as_of_one_size()
    {
        var forecast = new Forecast();
        forecast.Note(At(2, 100));
        forecast.Note(At(4, 300));
        forecast.Note(At(4, 350));
        forecast.Note(At(6, 1100));
        Assert.Equal(2, forecast.Growth!.Value, 3);
    }

    private static Progress Explore(Forecast forecast, Func<int, double> size, int levels)
    {
        double states = 0;
        for (int level = 0; level <= levels; level++)
        {
            forecast.Note(At(level, (long)states));
            states += size(level);
        }

        return At(levels, (long)(states - size(levels)));
    }

    private static Progress At(int depth, long states) => new(states, 3 * states, depth, 0, 0, TimeSpan.FromSeconds(1));
}
