// The order of the test classes.

using Verify.Tests.Symbolic.Engines;
using Xunit;
using Xunit.Sdk;

namespace Verify.Tests;

public class SlowFirstTests
{
    [Fact]
    public void Classes_with_slow_tests_begin_first()
    {
        var names = new[] { typeof(SeedsTests), typeof(WriterProofTests), typeof(WordEngineTests) };
        var collections = names.Select(type => new TestCollection(new TestAssembly(Reflector.Wrap(type.Assembly)), null, $"Test collection for {type.FullName} (0)"));
        Assert.Equal(
            new[] { nameof(WriterProofTests), nameof(WordEngineTests), nameof(SeedsTests) },
            new SlowFirst().OrderTestCollections(collections).Select(collection => collection.DisplayName.Split(' ')[3].Split('.')[^1]));
    }
}
