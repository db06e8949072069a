// Symmetry of ioasid-native: all states that differ in names only, counted one by one.

using Verify.Engine;
using Verify.Model.Ioasid.Native;
using Verify.Tests.Engine.Reduction;
using Xunit;

namespace Verify.Tests.Ioasid;

public class NativeReductionTests
{
    [Fact]
    [Trait("Speed", "Slow")]
    public void Orbits_are_whole()
    {
        foreach (NativeRules rules in (NativeRules[])[new(), new() { AcceptsLargest = false }, new() { Frees = PasidFree.AtMmput }])
        {
            var model = new NativeModel(rules, [new(2, 1), new(1, 2)], pasids: 2);
            long all = new Explorer<NativeModel, NativeState>(model, []).Run(new ExploreOptions()).States;
            // A machine with one device has device 0, and one with one process has process 0; under other names it would have the other.
            Assert.Equal(2 * all, Orbits.SumOfSizes<NativeModel, NativeState>(model));
        }
    }
}
