// Readers and writers: counts that are known in closed form, the same as those of SPIN and Rumur, and the broken variants.

using Verify.Engine;
using Verify.Model.Classics;
using Xunit;

namespace Verify.Tests.Engine;

public class ReadersWritersTests
{
    public static TheoryData<int, StoreKind, int> Sizes
    {
        get
        {
            var data = new TheoryData<int, StoreKind, int>();
            foreach (StoreKind store in RandomGraphTests.Exhaustive)
            {
                foreach (int threads in (int[])[1, 2, 3])
                {
                    data.Add(2, store, threads);
                    data.Add(8, store, threads);
                    data.Add(14, store, threads);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Counts_are_those_of_other_checkers(int processes, StoreKind store, int threads)
    {
        var found = Explore(new ReadersWriters(processes), new ExploreOptions { Store = store, Threads = threads });
        long sets = 1L << processes;
        Assert.Equal((sets + processes, (sets + 2) * processes, processes), (found.States, found.Transitions, found.Depth));
        Assert.Null(found.Limit);
        Assert.All(found.Findings, finding => Assert.Equal((Verdict.Holds, false), (finding.Verdict, finding.Vacuous)));
    }

    [Theory]
    [InlineData(ReadersWritersVariant.WriterIgnoresReaders, "start read", "start write")]
    [InlineData(ReadersWritersVariant.ReaderIgnoresWriters, "start write", "start read")]
    public void A_broken_one_is_caught_in_two_steps(ReadersWritersVariant variant, string first, string second)
    {
        var model = new ReadersWriters(6, variant);
        foreach (StoreKind store in RandomGraphTests.Exhaustive)
        {
            Finding<ReadersWritersState> finding = Explore(model, new ExploreOptions { Store = store }).Findings[0];
            Assert.Equal((Verdict.Violated, "1 read and 1 write"), (finding.Verdict, finding.Detail));
            Assert.Equal([first, second], finding.Path!.Skip(1).Select(move => model.Actions[move.Step.Kind]));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(23)]
    public void Other_sizes_are_refused(int processes) => Assert.Throws<ArgumentOutOfRangeException>(() => new ReadersWriters(processes));

    private static Exploration<ReadersWritersState> Explore(ReadersWriters model, ExploreOptions options)
    {
        Property<ReadersWritersState>[] properties =
        [
            new Invariant<ReadersWritersState>(
                new Claim("WritersAreAlone", PropertyKind.Invariant, "A writer is alone.", "Courtois 1971"),
                (in ReadersWritersState s) => s.Writers > 0,
                ReadersWriters.WritersAreAlone,
                (in ReadersWritersState s) => $"{s.Readers} read and {s.Writers} write"),
            Claims.Always<ReadersWritersState>("counters", ReadersWriters.CountersAreRight),
            Claims.NoDeadlock<ReadersWritersState>(),
        ];
        return new Explorer<ReadersWriters, ReadersWritersState>(model, properties).Run(options);
    }
}
