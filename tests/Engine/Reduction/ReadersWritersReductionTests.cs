// Readers and writers, of whose states symmetry leaves N + 2.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Model.Classics;
using Xunit;

namespace Verify.Tests.Engine.Reduction;

public class ReadersWritersReductionTests
{
    private static readonly Property<ReadersWritersState>[] _properties =
    [
        Claims.Always<ReadersWritersState>("alone", ReadersWriters.WritersAreAlone),
        Claims.Always<ReadersWritersState>("counted", ReadersWriters.CountersAreRight),
        Claims.Reaches<ReadersWritersState>("both", ["read", "written"], (in ReadersWritersState s) => (s.Readers > 0 ? 1UL : 0) | (s.Writers > 0 ? 2UL : 0)),
        Claims.NoDeadlock<ReadersWritersState>(),
    ];

    // From n readers one more or one less, whichever it is: n steps end and N - n begin; with nobody inside, N more begin to write; a writer ends.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(22)]
    public void Counts_are_those_of_the_formula(int n)
    {
        Exploration<ReadersWritersState> found = Explore(new ReadersWriters(n), Reductions.Symmetry);
        Assert.Equal((n + 2, (n * (n + 1)) + n + 1), (found.States, found.Transitions));
        Assert.All(found.Findings, finding => Assert.Equal(Verdict.Holds, finding.Verdict));
    }

    [Theory]
    [InlineData(ReadersWritersVariant.Correct)]
    [InlineData(ReadersWritersVariant.WriterIgnoresReaders)]
    [InlineData(ReadersWritersVariant.ReaderIgnoresWriters)]
    public void Verdicts_are_those_of_the_whole_and_traces_as_short(ReadersWritersVariant variant) => Seeds.Run(seed =>
    {
        foreach (int n in (int[])[2, 3, 6])
        {
            var model = new ReadersWriters(n, variant);
            Exploration<ReadersWritersState> all = Explore(model, Reductions.None);
            Exploration<ReadersWritersState> some = Explore(model, Reductions.Symmetry);
            Assert.Equal(all.Findings.Select(finding => (finding.Verdict, finding.Path?.Count)), some.Findings.Select(finding => (finding.Verdict, finding.Path?.Count)));
            Assert.Equal(all.States, Orbits.SumOfSizes<ReadersWriters, ReadersWritersState>(model));
            var options = new DeclarationOptions { Walks = 10, Depth = 30, Seed = seed };
            Assert.Empty(new DeclarationCheck<ReadersWriters, ReadersWritersState>(model, _properties, options).Run().Problems);
        }
    });

    private static Exploration<ReadersWritersState> Explore(ReadersWriters model, Reductions reductions) =>
        new Explorer<ReadersWriters, ReadersWritersState>(model, _properties).Run(new ExploreOptions { Reductions = reductions });
}
