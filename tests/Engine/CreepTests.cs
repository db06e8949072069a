// How the soak tells memory that creeps up from memory that goes up and down.

using Verify.Benchmarks;
using Xunit;

namespace Verify.Tests.Engine;

public class CreepTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public void Memory_that_goes_up_and_down_does_not_creep() => Seeds.Run(seed =>
    {
        var random = new Random((int)(seed ^ (seed >> 32)));
        Assert.False(Judge(i => 100 + random.Next(60)));
    });

    [Fact]
    public void Warming_up_is_no_creep() => Assert.False(Judge(i => i < 20 ? i * 50 : 1000));

    [Fact]
    public void A_leak_is_seen_through_noise() => Seeds.Run(seed =>
    {
        var random = new Random((int)(seed ^ (seed >> 32)));
        Assert.True(Judge(i => 100 + (2 * i) + random.Next(10)));
    });

    [Fact]
    public void Few_readings_say_nothing()
    {
        var creep = new Creep();
        for (int i = 0; i < Creep.FewestReadings - 1; i++)
        {
            creep.Note(i * 100 * Mebibyte);
        }
        Assert.Null(creep.Ends);
        Assert.False(creep.IsSeen);
        creep.Note(5000 * Mebibyte);
        Assert.True(creep.IsSeen);
    }

    private static bool Judge(Func<int, long> mebibytes)
    {
        var creep = new Creep();
        for (int i = 0; i < 80; i++)
        {
            creep.Note(mebibytes(i) * Mebibyte);
        }
        return creep.IsSeen;
    }
}
