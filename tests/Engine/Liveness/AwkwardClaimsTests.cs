// Claims about whole runs where something is unusual: steps that only exchange names, claims that throw, that are there twice, or that are all that is asked.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Engine.Traces;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Liveness;

public class AwkwardClaimsTests
{
    private static readonly Graph _graph = new([[new(1, 0)], [new(2, 1), new(1, 2)], [new(0, 0), new(3, 1)], []], [0], new bool[4]);

    private static readonly Fairness<Node> _anything = new("anything", Strength.Weak, (in Node _, Step _, in Node _) => true);

    private static readonly Eventually<Node> _holds = new(Claims.Named("Holds", PropertyKind.Eventually), (in Node n) => n.Number == 2, [_anything]);

    private static readonly Eventually<Node> _fails = new(Claims.Named("Fails", PropertyKind.Eventually), (in Node n) => n.Number == 9, [_anything]);

    // To pass a token to another of the same kind is a step, and to keep it is none, although both lead to states that differ in no more than names.
    [Fact]
    public void A_step_that_exchanges_names_is_not_taken_for_one_that_changes_nothing()
    {
        Fairness<Token> passing = new("passing", Strength.Strong, (in Token _, Step _, in Token _) => true) { IsSymmetric = true };
        var claim = new NoLivelock<Token>(Claims.Named("Rests", PropertyKind.NoLivelock), (in Token _, Step _, in Token _) => false, [passing]) { IsSymmetric = true };
        var subject = new Subject<TokenModel, Token>("token", "v", "small", default, [claim], (_, _, _) => []);
        ExplorationReport found = subject.Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.Equal((1, Verdict.Violated), (found.States, found.Outcomes[0].Verdict));
        TraceDocument trace = found.Outcomes[0].Counterexample!;
        Assert.All(trace.Steps.Skip(1), step => Assert.Equal("pass", step.Action));
        Assert.Equal(found.Outcomes[0].Detail, subject.Replay(trace));
    }

    [Fact]
    public void Runs_that_stop_when_the_rest_is_decided_decide_them_all_the_same()
    {
        Property<Node>[] claims = [_holds, _fails, Claims.Always<Node>("not 1", (in Node n) => n.Number != 1)];
        Exploration<Node> found = Explore(claims, new ExploreOptions { StopWhenDecided = true });
        Assert.Equal([Verdict.Holds, Verdict.Violated, Verdict.Violated], found.Findings.Select(finding => finding.Verdict));
        Assert.Equal(Verdict.Holds, Explore(claims, new ExploreOptions { StopWhenDecided = true, Properties = ["Holds"] }).Findings[0].Verdict);
        Assert.Equal(Verdict.Inconclusive, Explore(claims, new ExploreOptions { StopWhenDecided = true, Store = StoreKind.Bitstate }).Findings[0].Verdict);
    }

    [Fact]
    public void A_claim_may_be_there_twice() =>
        Assert.Equal([Verdict.Violated, Verdict.Violated], Explore([_fails, _fails], new ExploreOptions()).Findings.Select(finding => finding.Verdict));

    [Fact]
    public void An_explanation_that_throws_does_not_hide_the_violation()
    {
        Finding<Node> found = Explore([_fails with { Explain = (in Node _) => throw new FormatException("no words") }], new ExploreOptions()).Findings[0];
        Assert.Equal(Verdict.Violated, found.Verdict);
        Assert.NotNull(found.Path);
        Assert.Contains(": the explanation failed (FormatException: no words)", found.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Then", @"^property Then failed \(FormatException.*: oops\) in state node=3, ", 4)]
    [InlineData("Fairness", @"^property Fairness failed \(FormatException.*: oops\) after adding graph: b\(edge=1\) in state node=2, ", 3)]
    public void A_claim_that_throws_is_named_with_the_state_and_the_run_to_it(string name, string message, int steps)
    {
        Claim claim = Claims.Named(name, PropertyKind.Eventually);
        Fairness<Node> fairness = new("some", Strength.Weak, (in Node _, Step _, in Node after) => after.Number != 3 || Throw());
        Eventually<Node> broken = name == "Then" ? new(claim, (in Node n) => n.Number == 3 && Throw(), []) : new(claim, (in Node _) => false, [fairness]);
        ModelException e = Assert.Throws<ModelException>(() => Explore([_holds, broken], new ExploreOptions { Threads = 2 }));
        Assert.Matches(message, e.Message);
        Assert.Equal((steps, ""), (e.Run.Count, e.RunProblem));
    }

    private static bool Throw() => throw new FormatException("oops");

    private static Exploration<Node> Explore(Property<Node>[] claims, ExploreOptions options) => new Explorer<GraphModel, Node>(new GraphModel(_graph), claims).Run(options);

    private record struct Token(int Holder);

    // Three that pass a token to each other.
    private readonly struct TokenModel : ISymmetricSystem<Token>
    {
        private const int Holders = 3;

        public IReadOnlyList<string> Actions => ["keep", "pass"];

        public IReadOnlyList<IndexSet> Symmetries => [new("holders", Holders)];

        public void Initial<TSink>(ref TSink sink)
            where TSink : struct, ISink<Token>, allows ref struct
        {
            sink.From(default);
            sink.Add(Step.Init);
        }

        public void Next<TSink>(in Token state, ref TSink sink)
            where TSink : struct, ISink<Token>, allows ref struct
        {
            for (int to = 0; to < Holders; to++)
            {
                int holder = (state.Holder + to) % Holders;
                sink.From(in state).Holder = holder;
                sink.Add(new Step((ushort)(to == 0 ? 0 : 1), (short)holder));
            }
        }

        public void Describe(in Token state, IStateText text) => text.Field("holder", $"{state.Holder}");

        public ActionText Say(in Token before, Step step) => new($"T{before.Holder}", Actions[step.Kind], ("to", $"{step.A}"));

        public ulong Rank(in Token state) => 0;

        public bool IsFinal(in Token state) => false;

        public void Rename(in Token state, int set, ReadOnlySpan<byte> names, ref Token renamed) => renamed.Holder = names[state.Holder];

        public ulong Signature(in Token state, int set, int index) => state.Holder == index ? 1UL : 0;
    }
}
