// Reduced runs against whole ones, on random programs.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Engine.Traces;
using Xunit;

namespace Verify.Tests.Engine.Reduction;

public class RandomReductionTests
{
    private const int Programs = 400;

    public static TheoryData<Reductions> Each => [Reductions.Symmetry, Reductions.PartialOrder, Reductions.Symmetry | Reductions.PartialOrder];

    // Each program with other means, so that all of them come about often.
    [Theory]
    [MemberData(nameof(Each))]
    public void Verdicts_goals_and_vacuity_are_those_of_the_whole(Reductions reductions) => Seeds.Run(seed =>
    {
        var random = new Random((int)seed);
        long whole = 0;
        long visited = 0;
        for (int i = 0; i < Programs; i++)
        {
            ThreadsModel model = ThreadsModel.Draw(random, telling: i % 3 != 0);
            Property<Threads>[] properties = ThreadClaims.Few(random);
            var options = new ExploreOptions { Store = i % 2 == 0 ? StoreKind.Fingerprint : StoreKind.Exact, Threads = 1 + (i / 2 % 2) };
            Exploration<Threads> all = Explore(model, properties, options);
            Exploration<Threads> some = Explore(model, properties, options with { Reductions = reductions });
            Exploration<Threads> again = Explore(model, properties, options with { Reductions = reductions, Store = StoreKind.Exact, Threads = 3 - options.Threads });

            Assert.Null(all.Limit);
            Assert.Equal(Verdicts(all), Verdicts(some));
            Assert.InRange(some.States, 1, all.States);
            Assert.Equal((some.States, some.Transitions, some.Depth, some.Reduced.InPart), (again.States, again.Transitions, again.Depth, again.Reduced.InPart));
            Assert.Equal(some.Findings.Select(Steps), again.Findings.Select(Steps));
            CheckRuns(model, properties, all, some);
            (whole, visited) = (whole + all.States, visited + some.States);
        }
        Assert.InRange(visited, 1, whole - 1);
    });

    // Four threads of four steps that nobody else sees: every order, orders of threads that are alike, one order.
    [Theory]
    [InlineData(Reductions.None, 625)]
    [InlineData(Reductions.Symmetry, 70)]
    [InlineData(Reductions.PartialOrder, 17)]
    [InlineData(Reductions.Symmetry | Reductions.PartialOrder, 17)]
    public void Local_steps_are_taken_in_one_order(Reductions reductions, long states)
    {
        var code = new Code([.. Enumerable.Range(1, 4).Select(then => (Instruction[])[new(Op.Skip, 0, 0, false, (byte)then)])]);
        Assert.Equal(states, Explore(new ThreadsModel([code, code, code, code]), ThreadClaims.All, new ExploreOptions { Reductions = reductions }).States);
    }

    [Fact]
    public void Nothing_that_is_declared_rightly_is_refuted() => Seeds.Run(seed =>
    {
        var random = new Random((int)seed);
        for (int i = 0; i < Programs / 4; i++)
        {
            ThreadsModel model = ThreadsModel.Draw(random, telling: i % 2 == 0);
            var options = new DeclarationOptions { Walks = 4, Depth = 20, Seed = seed + (ulong)i };
            Assert.Empty(new DeclarationCheck<ThreadsModel, Threads>(model, ThreadClaims.All, options).Run().Problems);
        }
    });

    // As many states in all orbits together as in a whole run: nothing is lost, and nothing is there twice.
    [Fact]
    public void Orbits_together_are_what_is_reachable() => Seeds.Run(seed =>
    {
        var random = new Random((int)seed);
        for (int i = 0; i < Programs / 4; i++)
        {
            ThreadsModel model = ThreadsModel.Draw(random, telling: i % 2 == 0);
            Assert.Equal(Explore(model, [], new ExploreOptions()).States, Orbits.SumOfSizes<ThreadsModel, Threads>(model));
        }
    });

    private static Exploration<Threads> Explore(ThreadsModel model, Property<Threads>[] properties, ExploreOptions options) =>
        new Explorer<ThreadsModel, Threads>(model, properties).Run(options);

    private static IEnumerable<(string, Verdict, bool, string)> Verdicts(Exploration<Threads> found) => found.Findings.Select(finding =>
        (finding.Property.Claim.Name, finding.Verdict, finding.Vacuous, finding.Property is Reachable<Threads> ? finding.Detail : ""));

    private static string Steps(Finding<Threads> finding) => finding.Path == null ? "" : string.Join(' ', finding.Path.Select(move => move.Step));

    // Each run is one of the model as it is, and without partial order as short as any.
    private static void CheckRuns(ThreadsModel model, Property<Threads>[] properties, Exploration<Threads> all, Exploration<Threads> some)
    {
        var subject = new Subject<ThreadsModel, Threads>("threads", "v", "small", model, properties, (_, _, _) => []);
        foreach ((Finding<Threads> whole, Finding<Threads> finding) in all.Findings.Zip(some.Findings))
        {
            Assert.Equal(whole.Path == null, finding.Path == null);
            if (finding.Path == null)
            {
                continue;
            }
            Assert.True(some.Reduced.Reductions.HasFlag(Reductions.PartialOrder) || whole.Path!.Count == finding.Path.Count);
            Assert.Equal(finding.Detail, subject.Replay(new TraceDocument
            {
                System = "threads",
                Variant = "v",
                Scope = "small",
                Property = finding.Property.Claim.Name,
                Failed = finding.Detail,
                Steps = Recorder.Steps(ref model, finding.Path),
            }));
        }
    }
}
