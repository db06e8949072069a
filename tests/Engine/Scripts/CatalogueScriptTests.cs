// Any run of any system of the catalogue, written as a script in the model's own words, can be followed again.

using System.Collections.Concurrent;
using Verify.Engine;
using Verify.Engine.Scripts;
using Verify.Engine.Traces;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Engine.Scripts;

public class CatalogueScriptTests
{
    private const int Steps = 40;

    public static TheoryData<string> Systems => [.. Catalogue.Systems.Select(system => system.Name)];

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Systems))]
    public void A_run_that_is_written_as_a_script_is_followed_to_the_same_states(string name) => Seeds.Run(seed =>
    {
        SystemEntry system = Catalogue.Systems.Single(each => each.Name == name);
        var problems = new ConcurrentBag<string>();
        Parallel.ForEach(system.Variants, variant =>
        {
            ISubject subject = variant.Open("small");
            for (ulong walk = 0; walk < 4; walk++)
            {
                IReadOnlyList<TraceStep> run = Walks.Draw(subject, seed + walk, Steps);
                string script = Walks.Script(name, variant.Name, "small", run);
                ScriptRun followed = subject.Follow(Script.Parse(script));
                if (followed.Problem != null || !Same(run, followed.Steps) || followed.Checks.Count != run[^1].State.Count)
                {
                    problems.Add($"{variant.Name}: {followed.Problem?.ToString() ?? "other states"}\n{script}");
                }
            }
        });
        Assert.True(problems.IsEmpty, string.Join("\n\n", problems));
    });

    [Fact]
    public void Recorded_counterexamples_are_followed_as_scripts()
    {
        foreach (string file in Directory.GetFiles(Repository.Counterexamples))
        {
            TraceDocument trace = TraceFile.Read(file);
            SystemEntry system = Catalogue.Systems.Single(each => each.Name == trace.System);
            if (system.Scopes.Contains(trace.Scope) && !trace.System.StartsWith("smmu-", StringComparison.Ordinal))
            {
                ISubject subject = system.Variants.Single(each => each.Name == trace.Variant).Open(trace.Scope);
                ScriptRun followed = subject.Follow(Script.Parse(Walks.Script(trace.System, trace.Variant, trace.Scope, trace.Steps)));
                Assert.Null(followed.Problem);
                Assert.True(Same(trace.Steps, followed.Steps), file);
            }
        }
    }

    private static bool Same(IReadOnlyList<TraceStep> one, IReadOnlyList<TraceStep> other) =>
        one.Select(step => string.Join('\n', step.State)).SequenceEqual(other.Select(step => string.Join('\n', step.State)));
}
