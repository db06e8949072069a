// Seeds are worth a test themselves: one that does not replay is worse than none.

using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Sdk;

namespace Verify.Tests;

public class SeedsTests
{
    [Fact]
    public void A_seed_gives_the_same_cases()
    {
        List<int> Cases(ulong seed)
        {
            var cases = new List<int>();
            Seeds.Check(seed, Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), cases.Add), 50);
            return cases;
        }
        Assert.Equal(50, Cases(7).Count);
        Assert.Equal(Cases(7), Cases(7));
        Assert.NotEqual(Cases(7), Cases(8));
    }

    [Fact]
    public void A_failure_says_how_to_run_it_again()
    {
        Property never = Prop.ForAll(Gen.Choose(0, 10).ToArbitrary(), number => number < 0);
        string message = Assert.Throws<XunitException>(() => Seeds.Check(never)).Message;
        Assert.Matches(@"^seed \d+; again with: VERIFY_SEED=\d+ dotnet test tests -c Release --filter FullyQualifiedName~A_failure_says_how_to_run_it_again\n", message);
        Assert.Contains("Falsifiable", message);
    }
}
