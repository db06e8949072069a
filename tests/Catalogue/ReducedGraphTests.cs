// The graph that is drawn with reductions is the one that is explored with them.

using Verify.Engine;
using Verify.Engine.Graphs;
using Verify.Properties;
using Verify.Tests.Cli;
using Xunit;

namespace Verify.Tests.Catalogues;

public class ReducedGraphTests
{
    [Theory]
    [InlineData("spin-lock", "abba", Reductions.None, 36, 82)]
    [InlineData("spin-lock", "abba", Reductions.Symmetry, 22, 52)]
    [InlineData("spin-lock", "ticket", Reductions.Symmetry | Reductions.PartialOrder, 48, 120)]
    public void A_graph_has_the_states_and_steps_of_the_exploration(string system, string variant, Reductions reductions, int states, int steps)
    {
        var subject = Catalogue.Systems.Single(each => each.Name == system).Variants.Single(each => each.Name == variant).Open("small");
        var graph = subject.Graph(new GraphOptions { Reductions = reductions });
        Assert.Equal((states, steps), (graph.States.Count, graph.Steps.Count));
        var found = subject.Explore(new ExploreOptions { Reductions = reductions });
        Assert.Equal((states, steps), (found.States, found.Transitions));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Of_a_larger_graph_those_are_counted_that_partial_order_leaves()
    {
        var subject = Catalogue.Systems.Single(each => each.Name == "visited-set").Variants.Single(each => each.Name == "same-keys").Open("small");
        foreach (var reductions in (Reductions[])[Reductions.PartialOrder, Reductions.Symmetry | Reductions.PartialOrder])
        {
            var graph = subject.Graph(new GraphOptions { States = 50, Reductions = reductions });
            Assert.Equal(subject.Explore(new ExploreOptions { Reductions = reductions }).States, graph.Total);
        }
    }

    [Fact]
    public void A_run_is_not_shown_in_a_reduced_graph()
    {
        const string refusal = "a run is of the model as it is, in its own names: leave out --reduce, or --trace and claims about whole runs";
        Ran.Verify(Catalogue.Systems, "graph", "spin-lock/abba", "--reduce", "all", "--property", "Served").RefusedWith(refusal);
        string trace = Path.Combine(Repository.Counterexamples, "spin-lock-abba-NobodyHangs.json");
        Ran.Verify(Catalogue.Systems, "graph", "spin-lock/abba", "--reduce", "all", "--trace", trace).RefusedWith(refusal);
        Assert.Contains("\\las explored with symmetry\\l", Ran.Verify(Catalogue.Systems, "graph", "spin-lock/abba", "--reduce", "all").Out);
    }
}
