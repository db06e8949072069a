// Random runs of the IOASID core: against a reference that knows nothing of the model, and against the claims.

using FsCheck;
using FsCheck.Fluent;
using Verify.Engine;
using Verify.Model.Ioasid.Core;
using Verify.Properties.Ioasid;
using Verify.Tests.Engine.Driven;
using Xunit;

namespace Verify.Tests.Ioasid.Core;

public class CoreRandomTests
{
    private static readonly CoreScope Large = new(Cpus: 3, Ids: 3, Ops: 3, Data: 4, Holders: 3);

    public static TheoryData<CoreRules> Cores => [CoreRules.Linux55, CoreRules.Linux511];

    // With ops that are registered and unregistered in turn, and withdrawn when they have no IDs: the reference has neither broken lists nor lost IDs. Sharers
    // come back only after the first of them has, which 5.5 refuses: such runs are left there.
    [Theory]
    [MemberData(nameof(Cores))]
    public void Every_result_is_that_of_the_reference(CoreRules rules) => Seeds.Run(seed =>
    {
        var model = new CoreModel(rules, Callers.Careful with { GiveGetter = false, ClearData = false }, new(), Large);
        for (int walk = 0; walk < 200; walk++)
        {
            Follow(model, new SplitRandom(seed, (ulong)walk), steps: 120);
        }
    });

    [Fact]
    public void The_repaired_core_keeps_its_claims_at_any_scope()
    {
        var runs = Drive.Sequences<CoreModel, CoreState>(Scopes(CoreRules.Repaired), most: 150);
        foreach (string claim in CoreClaims.Of(Model(CoreRules.Repaired, Large)).Where(each => each is Invariant<CoreState> or ActionProperty<CoreState>).Select(each => each.Claim.Name))
        {
            Drive.Check(runs, model => CoreClaims.Of(model).Single(each => each.Claim.Name == claim), cases: 30);
        }
    }

    // Whatever is linked and unlinked as it should be, a list is what a list is.
    [Fact]
    public void A_list_of_sharers_is_a_list() => Seeds.Hold(Gen.Choose(0, CoreModel.MostOps - 1).ListOf(), choices =>
    {
        CoreState state = default;
        SharerList.Begin(ref state, 1);
        var there = new List<int>();
        foreach (int ops in choices)
        {
            if (there.Remove(ops))
            {
                if (!SharerList.Delete(ref state, ops))
                {
                    return false;
                }
            }
            else
            {
                SharerList.AddTail(ref state, ops, 1);
                there.Add(ops);
            }
            int bits = there.Sum(each => 1 << each);
            if (SharerList.Walk(in state, 1, -1, out int forwards) != WalkEnd.Head || SharerList.WalkBack(in state, 1, out int backwards) != WalkEnd.Head
                || forwards != bits || backwards != bits || SharerList.IsSingular(in state, 1) != (there.Count == 1)
                || (there.Count > 0 && (state.Next[SharerList.Head(1)] != there[0] || state.Previous[SharerList.Head(1)] != there[^1])))
            {
                return false;
            }
        }
        return true;
    });

    private static CoreModel Model(CoreRules rules, CoreScope scope) =>
        new(rules, Callers.Any with { HaveStrangers = true }, new() { IgnoresRange = true, Reissues = true }, scope);

    private static Gen<Scope<CoreModel>> Scopes(CoreRules rules) =>
        from cpus in Gen.Choose(1, CoreModel.MostCpus)
        from ids in Gen.Choose(1, CoreModel.MostIds)
        from ops in Gen.Choose(2, CoreModel.MostOps)
        from data in Gen.Choose(1, CoreModel.MostData)
        let scope = new CoreScope(cpus, ids, ops, data, Holders: 2)
        select new Scope<CoreModel>($"{scope}", Model(rules, scope), []);

    private static void Follow(CoreModel model, SplitRandom random, int steps)
    {
        var moves = new List<Move<CoreState>>();
        Successors<CoreState>.Initial(ref model, moves);
        CoreState state = moves[random.Below(moves.Count)].State;
        CoreState start = state;
        var reference = new ReferenceCore([.. Enumerable.Range(0, Large.Ops).Select(ops => (int)start.Pool[ops])]);
        for (int i = 0; i < steps; i++)
        {
            Successors<CoreState>.Of(ref model, in state, moves);
            Move<CoreState> move = moves[random.Below(moves.Count)];
            if (CoreModel.ResultOf(move.Step) == CoreResult.Exists)
            {
                return;
            }
            CoreResult? expected = reference.Take(move.Step);
            Assert.True(expected is null || expected == CoreModel.ResultOf(move.Step), $"step {i}, {model.Say(in state, move.Step)}: expected {expected}");
            state = move.State;
            Compare(in state, reference);
        }
    }

    private static void Compare(in CoreState state, ReferenceCore reference)
    {
        Assert.Equal(reference.Active + 1, state.Active);
        for (int id = 0; id < Large.Ids; id++)
        {
            Assert.Equal(reference.References.ContainsKey(id), CoreModel.IsMapped(in state, state.Active, id));
            Assert.Equal(reference.References.GetValueOrDefault(id), state.References[CoreModel.At(state.Active, id)]);
        }
        for (int pool = 0; pool < CoreModel.MostPools; pool++)
        {
            Assert.Equal(reference.Issued(pool).Sum(id => 1 << id), state.Issued[pool]);
        }
    }
}
