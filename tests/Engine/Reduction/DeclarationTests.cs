// Declarations that are wrong, one by one: what they break, and that looking at random finds them.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Reduction;

public class DeclarationTests
{
    // T0 waits for v0 = 1 before it takes the lock; T1 sets v0 and then, after something of its own, v1. T2 does what T1 does.
    private static readonly Code Waiter = new([[Do(Op.Test, 0, 1)], [Do(Op.Take)], [Do(Op.Give)]]);
    private static readonly Code Setter = new([[Do(Op.Skip)], [Do(Op.Set0, 0, 1)], [Do(Op.Take)], [Do(Op.Set1, 1, 2)], [Do(Op.Give)]]);

    private static readonly ThreadsModel _model = new(Numbered(Waiter, Setter, Setter));

    public static TheoryData<Wrong, string> Mistakes => new()
    {
        { Wrong.FootprintOfTest, "steps are neither enabled nor disabled by independent ones: 'T" },
        { Wrong.Later, "footprints of what comes later cover what comes next: agent " },
        { Wrong.Symmetry, "steps are the same under other names: " },
        { Wrong.Signature, "signatures do not look at names: that of " },
        { Wrong.Renaming, "steps are the same under other names: " },
        { Wrong.Agent, "every step has an agent: agent 3 of 3 takes 'T" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_wrong_declaration_is_refuted_with_the_state_that_shows_it(Wrong wrong, string said) => Seeds.Run(seed =>
    {
        IReadOnlyList<string> problems = Check(_model.With(wrong), ThreadClaims.All, seed).Problems;
        Assert.Contains(problems, problem => problem.StartsWith(said, StringComparison.Ordinal) && problem.Contains("pc[0]="));
        Assert.DoesNotContain(problems, problem => problem.Contains('\n'));
    });

    [Fact]
    public void The_right_declarations_are_not_and_each_was_tried() => Seeds.Run(seed =>
    {
        DeclarationReport found = Check(_model, ThreadClaims.All, seed);
        Assert.Empty(found.Problems);
        Assert.DoesNotContain(found.Tried, tally => tally.Cases == 0);
        Assert.Equal(found.Tried, Check(_model, ThreadClaims.All, seed).Tried);
    });

    [Fact]
    public void A_canonicalisation_that_does_not_come_to_rest_is_refuted() => Seeds.Run(seed =>
    {
        IReadOnlyList<string> problems = Check(_model, [], seed, (ref Threads state) =>
        {
            // The two setters change places each time.
            Threads before = state;
            ((ISymmetricSystem<Threads>)_model).Rename(in before, 1, [1, 0], ref state);
        }).Problems;
        Assert.Contains(problems, problem => problem.StartsWith("a state has one representative, whatever its names: that of the representative [", StringComparison.Ordinal));
    });

    [Fact]
    public void A_canonicalisation_that_looks_at_names_is_refuted() => Seeds.Run(seed => Assert.Contains(
        Check(_model, [], seed, (ref Threads _) => { }).Problems,
        problem => problem.Contains("but under other names")));

    public static TheoryData<string, string[]> Watching => new()
    {
        { "not 2 and 1", ["set 0"] },
        { "free if 2", ["set 2", "give"] },
        { "goals", ["set 0", "set 1"] },
        { "0 not lowered", ["skip"] },
    };

    [Theory]
    [MemberData(nameof(Watching))]
    public void A_property_that_watches_too_little_is_refuted(string name, string[] watches) => Seeds.Run(seed =>
    {
        var setter = new Code([[Do(Op.Set0, 0, 2), Do(Op.Set1, 1, 1)], [Do(Op.Set2, 2, 2)], [Do(Op.Take)], [Do(Op.Set1, 1, 1)], [Do(Op.Set0, 0, 2)]]);
        Property<Threads>[] properties = [.. ThreadClaims.All.Select(each => each.Claim.Name == name ? each with { Watches = watches } : each)];
        Assert.Contains(Check(new ThreadsModel(Numbered(setter, setter)), properties, seed).Problems, problem => problem.Contains($"{name} does not watch 'T"));
    });

    [Fact]
    public void A_property_that_watches_what_there_is_not_is_refused_and_refuted()
    {
        Property<Threads> odd = Claims.Always<Threads>("odd", (in Threads _) => true) with { Watches = ["fly"] };
        Assert.Contains(Check(_model, [odd], 1).Problems, problem => problem.EndsWith("odd watches 'fly', which is no action of the model", StringComparison.Ordinal));
        var refused = Assert.Throws<ArgumentException>(
            () => new Explorer<ThreadsModel, Threads>(_model, [odd]).Run(new ExploreOptions { Reductions = Reductions.PartialOrder }));
        Assert.Equal("odd watches 'fly', which is no action of the model", refused.Message);
    }

    // A claim on steps may depend on an action that does not change the state it is asked in: on what was before.
    [Fact]
    public void A_claim_on_steps_that_depends_on_others_is_refuted() => Seeds.Run(seed =>
    {
        Property<Threads> early = Claims.EachStep<Threads>("early", (in Threads a, Step _, in Threads _) => a.Variable[1] == 0,
            (in Threads _, Step step, in Threads _) => step.Kind == (ushort)Op.Set0) with
        { Watches = ["set 0"] };
        var model = new ThreadsModel(Numbered(new Code([[Do(Op.Set0, 0, 1)]]), new Code([[Do(Op.Set1, 1, 1)]])));
        Assert.Contains(Check(model, [early], seed).Problems, problem => problem.Contains("before it and 'fails' after it"));
    });

    // What is at stake: with the footprint that lacks a bit, the violation is not found.
    [Fact]
    public void A_footprint_that_lacks_a_bit_hides_a_violation()
    {
        var taker = new Code([[Do(Op.Test, 1, 0)], [Do(Op.Set2, 2, 2)]]);
        var bumper = new Code([[Do(Op.Set1, 1, 1)], [Do(Op.Skip)]]);
        var model = new ThreadsModel(Numbered(bumper, taker));
        Property<Threads> claim = Claims.Always<Threads>("never 2", (in Threads s) => s.Variable[2] != 2) with { Watches = ["set 2"] };
        Verdict Of(ThreadsModel each) =>
            new Explorer<ThreadsModel, Threads>(each, [claim]).Run(new ExploreOptions { Reductions = Reductions.PartialOrder }).Findings[0].Verdict;

        Assert.Equal(Verdict.Violated, Of(model));
        Assert.Equal(Verdict.Holds, Of(model.With(Wrong.FootprintOfTest)));
        Assert.NotEmpty(Check(model.With(Wrong.FootprintOfTest), [claim], 1).Problems);
    }

    [Fact]
    public void A_model_that_declares_nothing_is_not_walked_through()
    {
        DeclarationReport found = new DeclarationCheck<CounterModel, Counters>(new CounterModel(10), [], new DeclarationOptions()).Run();
        Assert.Equal((Reductions.None, 0L, 0), (found.Declared, found.States, found.Tried.Count));
    }

    private static Instruction Do(Op op, int variable = 0, byte constant = 0) => new(op, variable, constant, Copies: false, Then: 0);

    // Each place goes on to the next.
    private static Code[] Numbered(params Code[] codes)
    {
        Dictionary<Code, Code> numbered = codes.Distinct().ToDictionary(code => code, code =>
            new Code([.. code.Places.Select((place, at) => place.Select(each => each with { Then = (byte)(at + 1) }).ToArray())]));
        return [.. codes.Select(code => numbered[code])];
    }

    private static DeclarationReport Check(ThreadsModel model, Property<Threads>[] properties, ulong seed, Canonicaliser<Threads>? canonicalise = null) =>
        new DeclarationCheck<ThreadsModel, Threads>(model, properties, new DeclarationOptions { Walks = 60, Depth = 20, Seed = seed }, canonicalise).Run();
}
