// Initial states may give names, although nothing else does: what an abstract model starts from is asked of them as they are.

using Verify.Engine;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Reduction;

public class NamedStartTests
{
    [Theory]
    [InlineData(1, Verdict.Holds)]
    [InlineData(0, Verdict.Violated)]
    public void An_abstract_model_starts_from_what_the_model_starts_from(byte start, Verdict expected)
    {
        var refinement = new Refinement<Token, TokenModel, Token>(Claims.Named("as it is", PropertyKind.Refinement), new TokenModel(start), (in Token token) => token);
        var subject = new Subject<TokenModel, Token>("token", "v", "small", new TokenModel(1), [refinement], (_, _, _) => []);
        foreach (Reductions reductions in (Reductions[])[Reductions.None, Reductions.Symmetry])
        {
            PropertyOutcome found = subject.Explore(new ExploreOptions { Reductions = reductions }).Outcomes[0];
            Assert.Equal(expected, found.Verdict);
            if (expected == Verdict.Violated)
            {
                Assert.Equal("the abstract model has no such initial state: holder = 1", found.Detail);
                Assert.Single(found.Counterexample!.Steps);
                Assert.Equal(found.Detail, subject.Replay(found.Counterexample));
            }
        }
    }

    /// <summary>Who has the token.</summary>
    public record struct Token(byte Holder);

    /// <summary>Two threads hand a token to each other.</summary>
    public readonly struct TokenModel(byte start) : ISymmetricSystem<Token>
    {
        public IReadOnlyList<string> Actions => ["hand over"];

        public IReadOnlyList<IndexSet> Symmetries => [new("threads", 2)];

        public void Initial<TSink>(ref TSink sink)
            where TSink : struct, ISink<Token>, allows ref struct
        {
            sink.From(default).Holder = start;
            sink.Add(Step.Init);
        }

        public void Next<TSink>(in Token state, ref TSink sink)
            where TSink : struct, ISink<Token>, allows ref struct
        {
            sink.From(in state).Holder = (byte)(1 - state.Holder);
            sink.Add(new Step(0));
        }

        public void Rename(in Token state, int set, ReadOnlySpan<byte> names, ref Token renamed) => renamed.Holder = names[state.Holder];

        public ulong Signature(in Token state, int set, int index) => state.Holder == index ? 1UL : 0;

        public void Describe(in Token state, IStateText text) => text.Field("holder", $"{state.Holder}");

        public ActionText Say(in Token before, Step step) => new($"T{before.Holder}", "hand over");

        public ulong Rank(in Token state) => 0;

        public bool IsFinal(in Token state) => false;
    }
}
