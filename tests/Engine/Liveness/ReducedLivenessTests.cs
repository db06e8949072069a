// Claims about whole runs beside reductions: those that are sound give the same verdicts, and runs of the model as it is; the others are not used.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Engine.Liveness;
using Verify.Tests.Engine.Reduction;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Liveness;

public class ReducedLivenessTests
{
    private const int Systems = 1500;

    [Fact]
    [Trait("Speed", "Slow")]
    public void Symmetry_gives_the_verdicts_of_the_whole_graph() => Seeds.Run(seed =>
    {
        var verdicts = new Dictionary<Verdict, int>();
        int smaller = 0;
        for (int i = 0; i < Systems; i++)
        {
            var random = new Random((int)(seed ^ (seed >> 32)) + i);
            var model = ThreadsModel.Draw(random, telling: i % 3 != 0);
            Property<Threads>[] claims = Symmetric(random);
            Exploration<Threads> whole = Explore(model, claims, Reductions.None, threads: 1);
            Exploration<Threads> reduced = Explore(model, claims, Reductions.Symmetry | Reductions.PartialOrder, threads: 1 + (i % 2));
            Assert.Equal(whole.Findings.Select(Say), reduced.Findings.Select(Say));
            Assert.Equal(reduced.Reduced.Reductions == Reductions.PartialOrder ? claims.Length : 0, reduced.Reduced.Whole.Count);
            Assert.All(reduced.Findings.Where(found => found.Verdict == Verdict.Violated), found => Assert.NotNull(found.Path));
            smaller += reduced.States < whole.States ? 1 : 0;
            foreach (Finding<Threads> found in whole.Findings)
            {
                verdicts[found.Verdict] = verdicts.GetValueOrDefault(found.Verdict) + 1;
            }
        }
        Assert.InRange(verdicts[Verdict.Holds], Systems / 3, 3 * Systems);
        Assert.InRange(verdicts[Verdict.Violated], Systems / 3, 3 * Systems);
        Assert.True(smaller > Systems / 4, $"{smaller} systems were reduced");
    });

    [Fact]
    public void A_loop_is_gone_round_until_each_thread_is_back()
    {
        var model = new ThreadsModel([_swap, _swap]);
        var claim = new NoLivelock<Threads>(Claims.Named("NoLivelock", PropertyKind.NoLivelock), (in Threads _, Step step, in Threads _) => step.Kind == (ushort)Op.Bump, [])
        {
            IsSymmetric = true,
        };
        Finding<Threads> whole = Explore(model, [claim], Reductions.None, threads: 1).Findings[0];
        Finding<Threads> reduced = Explore(model, [claim], Reductions.Symmetry, threads: 1).Findings[0];
        Assert.Equal(12, whole.Path!.Count - whole.Loop!.Value);
        Assert.Equal(12, reduced.Path!.Count - reduced.Loop!.Value);
        // After half of it each is where the other was.
        (Threads first, Threads middle) = (reduced.Path[reduced.Loop.Value - 1].State, reduced.Path[reduced.Loop.Value + 5].State);
        Assert.NotEqual(first.Pc[0], first.Pc[1]);
        Assert.Equal((first.Pc[0], first.Pc[1]), (middle.Pc[1], middle.Pc[0]));
    }

    [Fact]
    public void What_names_threads_is_decided_on_the_whole_graph()
    {
        var model = new ThreadsModel([_turns, _turns]);
        var claim = new LeadsTo<Threads>(
            Claims.Named("Served", PropertyKind.LeadsTo), (in Threads s) => s.Pc[0] == 0, (in Threads s) => s.Pc[0] == 2, Fairness<Threads>.EachAgent(model, i => $"T{i}"));
        Exploration<Threads> found = Explore(model, [claim], Reductions.Symmetry | Reductions.PartialOrder, threads: 1);
        Assert.Equal(["Served"], found.Reduced.Whole);
        Assert.Equal(Say(Explore(model, [claim], Reductions.None, threads: 1).Findings[0]), Say(found.Findings[0]));
        Assert.EndsWith("not reduced for Served", $"{found.Reduced}", StringComparison.Ordinal);
        var subject = new Subject<ThreadsModel, Threads>("threads", "v", "small", model, [claim, claim with { IsSymmetric = true, Fairness = [] }], (_, _, _) => []);
        Assert.Equal("it is about whole runs, and it, or what it assumes fair, tells apart what symmetry does not", subject.Refusal("Served", Reductions.Symmetry));
        Assert.Equal("it is about whole runs, and of these partial order may leave out the fair ones", subject.Refusal("Served", Reductions.PartialOrder));
    }

    // The threads of the first set are told apart, those of the others are not: they alone are renamed.
    [Fact]
    [Trait("Speed", "Slow")]
    public void Where_some_indices_are_named_the_others_are_reduced() => Seeds.Run(seed =>
    {
        var verdicts = new Dictionary<Verdict, int>();
        int smaller = 0;
        for (int i = 0; i < Systems; i++)
        {
            var random = new Random((int)(seed ^ (seed >> 32)) + i);
            Code[] codes = [Code.Draw(random), Code.Draw(random)];
            var model = new ThreadsModel([codes[0], codes[0], codes[1], codes[1]], Wrong.Nothing, telling: i % 3 != 0);
            LeadsTo<Threads> claim = Naming(model, random);
            Finding<Threads> whole = Explore(model, [claim], Reductions.None, threads: 1).Findings[0];
            Exploration<Threads> reduced = Explore(model, [claim with { NamesOnly = ["threads"] }], Reductions.Symmetry, threads: 1);
            Assert.Equal(Say(whole), Say(reduced.Findings[0]));
            Assert.Equal(whole.Verdict == Verdict.Violated, reduced.Findings[0].Path != null);
            Assert.Equal(("Named", "threads 1"), (reduced.Reduced.Less.Single().Claim, reduced.Reduced.Less.Single().Left.Single().Name));
            Assert.EndsWith("; by 2 threads 1 for Named", $"{reduced.Reduced}", StringComparison.Ordinal);
            verdicts[whole.Verdict] = verdicts.GetValueOrDefault(whole.Verdict) + 1;
            smaller += reduced.Findings[0].Cases < whole.Cases ? 1 : 0;
        }
        Assert.InRange(verdicts[Verdict.Violated], Systems / 20, Systems);
        Assert.InRange(verdicts[Verdict.Holds], Systems / 20, Systems);
        Assert.True(smaller > Systems / 4, $"{smaller} systems were reduced");
    });

    [Fact]
    public void What_is_said_to_be_named_must_be_a_set_and_all_that_is_named() => Seeds.Run(seed =>
    {
        var model = new ThreadsModel([_turns, _turns, _swap, _swap]);
        var claim = new LeadsTo<Threads>(
            Claims.Named("Served", PropertyKind.LeadsTo), (in Threads s) => s.Pc[0] == 0, (in Threads s) => s.Pc[0] == 2, Fairness<Threads>.EachAgent(model, i => $"T{i}"));
        var unknown = Assert.Throws<ArgumentException>(() => Explore(model, [claim with { NamesOnly = ["thread"] }], Reductions.Symmetry, threads: 1));
        Assert.Equal("Served says that it names 'thread', which are no index set of the model", unknown.Message);
        // Its fairness names all of them.
        DeclarationReport found = new DeclarationCheck<ThreadsModel, Threads>(model, [claim with { NamesOnly = ["threads"] }], new DeclarationOptions { Seed = seed }).Run();
        Assert.Contains(found.Problems, problem => problem.StartsWith("claims do not look at names: Served: due", StringComparison.Ordinal) && problem.Contains("threads 1"));
        found = new DeclarationCheck<ThreadsModel, Threads>(model, [claim with { NamesOnly = ["threads", "threads 1"] }], new DeclarationOptions { Seed = seed }).Run();
        Assert.Empty(found.Problems);
    });

    // About one of the first two threads, under fairness of each of them and of all others together.
    private static LeadsTo<Threads> Naming(ThreadsModel model, Random random)
    {
        (int thread, byte one, byte other) = (model.Of(0)[random.Next(2)], (byte)random.Next(3), (byte)random.Next(4));
        List<Fairness<Threads>> fairness =
        [
            .. model.Of(0).Select(named => new Fairness<Threads>($"T{named}", Strength.Weak, (in Threads _, Step step, in Threads _) => step.A == named)),
            new("others", random.Next(2) == 0 ? Strength.Weak : Strength.Strong, (in Threads _, Step step, in Threads _) => !model.Of(0).Contains(step.A)),
        ];
        return new LeadsTo<Threads>(Claims.Named("Named", PropertyKind.LeadsTo), (in Threads s) => s.Pc[thread] == one, (in Threads s) => s.Pc[thread] >= other, fairness);
    }

    // Takes the lock and gives it back, for ever.
    private static readonly Code _turns = new([
        [new Instruction(Op.Take, 0, 0, false, 1)], [new Instruction(Op.Bump, 0, 0, false, 2)], [new Instruction(Op.Give, 0, 0, false, 0)]]);

    // Two threads that hand variable 0 back and forth: one says 1 and waits, the other says 2, the first says 0 and waits in the other's place.
    private static readonly Code _swap = new([
        [new Instruction(Op.Test, 0, 0, false, 1), new Instruction(Op.Test, 0, 1, false, 5)],
        [new Instruction(Op.Set0, 0, 1, false, 2)], [new Instruction(Op.Test, 0, 2, false, 3)], [new Instruction(Op.Set0, 0, 0, false, 4)],
        [new Instruction(Op.Test, 0, 1, false, 5)], [new Instruction(Op.Set0, 0, 2, false, 6)], [new Instruction(Op.Test, 0, 0, false, 1)]]);

    private static Property<Threads>[] Symmetric(Random random)
    {
        List<Fairness<Threads>> fairness = [];
        if (random.Next(4) > 0)
        {
            fairness.Add(Class("some thread", Strength.Weak, 0x1ff));
        }
        foreach (Strength strength in (Strength[])[Strength.Weak, Strength.Strong])
        {
            if (random.Next(2) == 0)
            {
                int kinds = random.Next(1, 0x200);
                fairness.Add(Class($"{strength} {kinds:x}", strength, kinds));
            }
        }
        (byte one, byte other) = ((byte)random.Next(3), (byte)random.Next(3));
        var progress = (Op)random.Next(9);
        return
        [
            new LeadsTo<Threads>(Claims.Named("LeadsTo", PropertyKind.LeadsTo), (in Threads s) => s.Variable[0] == one, (in Threads s) => s.Variable[1] == other, fairness)
            {
                IsSymmetric = true,
            },
            new Eventually<Threads>(Claims.Named("Eventually", PropertyKind.Eventually), (in Threads s) => s.Variable[ThreadsModel.Lock] != 0, fairness)
            {
                IsSymmetric = true,
            },
            new NoLivelock<Threads>(Claims.Named("NoLivelock", PropertyKind.NoLivelock), (in Threads _, Step step, in Threads _) => step.Kind == (ushort)progress, fairness)
            {
                IsSymmetric = true,
            },
        ];
    }

    private static Fairness<Threads> Class(string name, Strength strength, int kinds) =>
        new(name, strength, (in Threads _, Step step, in Threads _) => (kinds >> step.Kind & 1) != 0) { IsSymmetric = true };

    private static string Say(Finding<Threads> found) => $"{found.Property.Claim.Name} {found.Verdict} {found.Vacuous}";

    private static Exploration<Threads> Explore(ThreadsModel model, Property<Threads>[] claims, Reductions reductions, int threads) =>
        new Explorer<ThreadsModel, Threads>(model, claims).Run(new ExploreOptions { Reductions = reductions, Threads = threads });
}
