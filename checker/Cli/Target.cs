// Which systems, variants, scopes and properties a command is about.

using Verify.Engine.Scripts;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>A variant of a system at a scope.</summary>
internal sealed record Target(SystemEntry System, VariantEntry Variant, string Scope)
{
    /// <summary>Every scope a system may have, smallest first.</summary>
    public static readonly string[] Scopes = ["small", "medium", "large"];

    /// <summary>SYSTEM/VARIANT.</summary>
    public string Name => $"{System.Name}/{Variant.Name}";

    /// <summary>The variants that "SYSTEM" or "SYSTEM/VARIANT" names, at a scope that the system must have; of the system's, those that have it, too.</summary>
    /// <exception cref="UsageException">One of the names is unknown, or the variant lacks the scope.</exception>
    public static IReadOnlyList<Target> Named(IReadOnlyList<SystemEntry> catalogue, string name, string scope)
    {
        string[] parts = name.Split('/', 2);
        var system = Find(catalogue, parts[0]);
        if (parts.Length > 1)
        {
            return [At(system, Find(system, parts[1]), scope)];
        }

        CheckScope(system, scope);
        return [.. system.Variants.Where(variant => variant.Lacks(scope) == "").Select(variant => new Target(system, variant, scope))];
    }

    /// <summary>Every variant of every system, each system at <paramref name="scope"/> or else at the largest smaller one it has.</summary>
    public static IReadOnlyList<Target> All(IReadOnlyList<SystemEntry> catalogue, string scope) =>
        [.. catalogue.SelectMany(system => system.Variants.Select(variant => new Target(system, variant, AtMost(system, scope))))];

    /// <summary>What a trace is about.</summary>
    /// <exception cref="TraceException">The catalogue has no such system, variant, scope or property.</exception>
    public static Target Of(IReadOnlyList<SystemEntry> catalogue, TraceDocument trace)
    {
        try
        {
            var system = Find(catalogue, trace.System);
            var target = At(system, Find(system, trace.Variant), trace.Scope);
            if (!target.Variant.Theorems.Any(theorem => theorem.Claim.Name == trace.Property))
            {
                CheckProperties(system, [trace.Property]);
            }

            return target;
        }
        catch (UsageException unknown)
        {
            throw new TraceException(unknown.Message);
        }
    }

    /// <summary>What a script is followed on.</summary>
    /// <param name="catalogue">The systems.</param>
    /// <param name="script">The script.</param>
    /// <param name="variant">A variant instead of the script's own; null for that.</param>
    /// <exception cref="UsageException">The catalogue has no such system, variant or scope, or no variant is named.</exception>
    public static Target Of(IReadOnlyList<SystemEntry> catalogue, Script script, string? variant)
    {
        var system = Find(catalogue, script.System);
        string name = variant ?? script.Variant
            ?? throw new UsageException($"no variant is named; write 'system {system.Name}/VARIANT', or give --variant");
        return At(system, Find(system, name), script.Scope ?? system.Scopes[0]);
    }

    /// <summary>Makes sure that the system has the properties.</summary>
    /// <exception cref="UsageException">It lacks one.</exception>
    public static void CheckProperties(SystemEntry system, IEnumerable<string> properties)
    {
        foreach (string property in properties)
        {
            if (!system.Claims.Any(claim => claim.Name == property))
            {
                throw new UsageException(NearMisses.Complaint($"property of {system.Name}", property, system.Claims.Select(claim => claim.Name)));
            }
        }
    }

    /// <summary>The system of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static SystemEntry Find(IReadOnlyList<SystemEntry> catalogue, string name) =>
        catalogue.FirstOrDefault(system => system.Name == name)
        ?? throw new UsageException(NearMisses.Complaint("system", name, catalogue.Select(system => system.Name)));

    /// <summary>The variant of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static VariantEntry Find(SystemEntry system, string name) =>
        system.Variants.FirstOrDefault(variant => variant.Name == name)
        ?? throw new UsageException(NearMisses.Complaint($"variant of {system.Name}", name, system.Variants.Select(variant => variant.Name)));

    private static Target At(SystemEntry system, VariantEntry variant, string scope)
    {
        CheckScope(system, scope);
        return variant.Lacks(scope) is { Length: > 0 } lack
            ? throw new UsageException($"{system.Name}/{variant.Name} has no scope {OneLine.Quote(scope)}: {lack}")
            : new Target(system, variant, scope);
    }

    private static void CheckScope(SystemEntry system, string scope)
    {
        if (!system.Scopes.Contains(scope) && !system.Further.Contains(scope) && !system.Opens(scope))
        {
            string[] known = [.. system.Scopes, .. system.Further, .. TheoremEntry.Scopes(system).Where(system.Opens)];
            string problem = system.ScopeProblem(scope);
            throw new UsageException($"{system.Name} has no scope {OneLine.Quote(scope)}{(problem == "" ? "" : $" ({problem})")}; it has {string.Join(", ", known)}");
        }
    }

    private static string AtMost(SystemEntry system, string scope) =>
        Scopes.Take(Array.IndexOf(Scopes, scope) + 1).LastOrDefault(system.Scopes.Contains) ?? system.Scopes[0];
}
