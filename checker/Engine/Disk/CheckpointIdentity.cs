// What a checkpoint is of: a run may only go on with one of its own.

using System.Reflection;
using Verify.Engine.Reduction;

namespace Verify.Engine.Disk;

/// <summary>Says what a run explores and how, line by line: what must be the same for one run to go on with another's checkpoint.</summary>
internal static class CheckpointIdentity
{
    /// <summary>The lines: what is explored, the store, the reductions, the properties, the state and the builds of all code that decides what a state means.</summary>
    public static unsafe IReadOnlyList<string> Of<TModel, TState>(ExploreOptions options, Board<TState> board, ReductionPlan<TState> plan)
        where TModel : struct
        where TState : unmanaged =>
    [
        options.Checkpoint!.About,
        $"store {options.Store.ToString().ToLowerInvariant()}",
        $"reductions {plan.InForce}",
        $"properties {string.Join(", ", board.Properties.Select(property => property.Claim.Name))}",
        $"states of {sizeof(TState)} bytes of {typeof(TModel)}",
        $"build {string.Join(' ', Assemblies<TModel>(options).Select(assembly => assembly.ManifestModule.ModuleVersionId.ToString("N")[..8]))}",
    ];

    /// <summary>Refuses a checkpoint of something else.</summary>
    /// <param name="reader">The checkpoint, at its lines.</param>
    /// <param name="wanted">The lines that it must have.</param>
    /// <exception cref="CheckpointException">It is of something else.</exception>
    public static void Check(CheckpointReader reader, IReadOnlyList<string> wanted)
    {
        foreach (string line in wanted)
        {
            string there = reader.ReadText();
            if (there != line)
            {
                throw reader.Refused($"it was written for {there}, and this is {line}");
            }
        }
    }

    private static IEnumerable<Assembly> Assemblies<TModel>(ExploreOptions options) =>
        new[] { typeof(CheckpointIdentity).Assembly, typeof(TModel).Assembly }.Concat(options.Checkpoint!.BuiltFrom).Distinct();
}
