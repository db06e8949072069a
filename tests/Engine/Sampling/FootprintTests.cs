// What models say of the steps that do not depend on each other is true: such steps are taken in both orders wherever walks come.

using System.Runtime.InteropServices;
using Verify.Engine;
using Verify.Model.Classics;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Tests.Smmu;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public class FootprintTests
{
    [Theory]
    [InlineData(RingElectionVariant.Correct)]
    [InlineData(RingElectionVariant.SwallowsNothing)]
    [InlineData(RingElectionVariant.SwallowsTheLarger)]
    public void The_ends_of_a_channel_are_apart(RingElectionVariant variant) => Seeds.Run(seed =>
        Assert.True(Independent<RingElection, RingElectionState>(new RingElection(4, variant), seed, walks: 200, depth: 60) > 1000));

    public static TheoryData<EntryWriter, int> Updates => new()
    {
        { new Writer70(), 1 },
        { new StepWriter(), 2 },
        { new BarrierWriter(), 1 },
        { new FlawedWriter(Mistake.NoCfgi), 1 },
        { new EntrySyncWriter(2, Repaired: true), 2 },
    };

    [Theory]
    [MemberData(nameof(Updates))]
    public void Stores_and_fetches_of_different_words_are_apart(EntryWriter writer, int fetchWords) => Seeds.Run(seed =>
    {
        string[] images = ["s2", "cdt SSID0 ATS", "s2 ATS", "abort", "bypass"];
        var pairs = from one in images
                    from other in images
                    where one != other
                    select new EntryPair($"{one} -> {other}", KUnit.Plain with { Name = "test" }, KUnit.Image(one), KUnit.Image(other));
        var rules = new Verify.Smmu.Driver.SteRules(Verify.Smmu.Driver.SteUsedBits.V615, Verify.Smmu.Driver.SteSafeBits.V70);
        var model = new UpdateModel(new UpdateScope(EntryKind.Ste, writer, rules, fetchWords, pairs));
        Assert.True(Independent<UpdateModel, UpdateState>(model, seed, walks: 300, depth: 40) > 100);
    });

    // Pairs of steps that were taken in both orders.
    private static int Independent<TModel, TState>(TModel model, ulong seed, int walks, int depth)
        where TModel : struct, IConcurrentSystem<TState>
        where TState : unmanaged
    {
        int pairs = 0;
        var moves = new List<Move<TState>>();
        for (int walk = 0; walk < walks; walk++)
        {
            var random = new SplitRandom(seed, (ulong)walk);
            Successors<TState>.Initial(ref model, moves);
            for (int i = 0; i < depth && moves.Count > 0; i++)
            {
                TState state = moves[random.Below(moves.Count)].State;
                Successors<TState>.Of(ref model, in state, moves);
                pairs += InBothOrders(model, state, [.. moves]);
            }
        }
        return pairs;
    }

    private static int InBothOrders<TModel, TState>(TModel model, TState state, Move<TState>[] moves)
        where TModel : struct, IConcurrentSystem<TState>
        where TState : unmanaged
    {
        int pairs = 0;
        foreach (Move<TState> one in moves)
        {
            int agent = model.Agent(in state, one.Step);
            var after = new List<Move<TState>>();
            Successors<TState>.Of(ref model, one.State, after);
            foreach (int other in Enumerable.Range(0, model.Agents))
            {
                if (other == agent || model.Next(in state, agent).Conflicts(model.Next(in state, other)))
                {
                    continue;
                }
                // Neither enabled nor disabled, and the same in the end.
                Step[] before = [.. moves.Select(move => move.Step).Where(step => model.Agent(in state, step) == other)];
                Assert.Equal(before, after.Where(move => model.Agent(one.State, move.Step) == other).Select(move => move.Step));
                foreach (Move<TState> two in moves.Where(move => before.Contains(move.Step)))
                {
                    TState here = after.Single(move => move.Step == two.Step).State;
                    TState there = Taken(model, two.State, one.Step);
                    Assert.True(
                        MemoryMarshal.AsBytes([here]).SequenceEqual(MemoryMarshal.AsBytes([there])),
                        $"{model.Say(in state, one.Step)}, {model.Say(in state, two.Step)}");
                    pairs++;
                }
            }
        }
        return pairs;
    }

    private static TState Taken<TModel, TState>(TModel model, TState state, Step step)
        where TModel : struct, IConcurrentSystem<TState>
        where TState : unmanaged
    {
        var moves = new List<Move<TState>>();
        Successors<TState>.Of(ref model, in state, moves);
        return moves.Single(move => move.Step == step).State;
    }
}
