// Which theorems a command line names.

using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>Reads the names of theorems: THEOREM, or SYSTEM[/VARIANT][/THEOREM].</summary>
/// <param name="catalogue">The systems.</param>
/// <param name="engine">Who decides: not every engine decides everything.</param>
internal sealed class TheoremNames(IReadOnlyList<SystemEntry> catalogue, ProofEngine engine)
{
    private readonly IReadOnlyList<TheoremEntry> all = engine.Entries(catalogue);

    /// <summary>The theorems that any of the names means, in the catalogue's order; all where there is no name.</summary>
    /// <param name="names">Names as given.</param>
    /// <param name="system">SYSTEM or SYSTEM/VARIANT, to which all is narrowed; null for no narrowing.</param>
    /// <exception cref="UsageException">A name means nothing, or nothing is left.</exception>
    public IReadOnlyList<TheoremEntry> Find(IReadOnlyList<string> names, string? system)
    {
        var within = system is null ? all : Within(system);
        if (within.Count == 0)
        {
            throw new UsageException(system is null ? $"the catalogue has no {engine.Noun}s: there is nothing to prove" : $"no {engine.Noun} is about {system}");
        }

        var asked = names.Select(name => (Name: name, Theorems: Of(name))).ToList();
        foreach (var (name, theorems) in asked)
        {
            if (!theorems.Intersect(within).Any())
            {
                throw new UsageException($"no {engine.Noun} of {system ?? "the catalogue"} is meant by '{name}'");
            }
        }

        return names.Count == 0 ? within : [.. within.Where(asked.SelectMany(each => each.Theorems).ToHashSet().Contains)];
    }

    private List<TheoremEntry> Within(string name)
    {
        string[] parts = name.Split('/', 2);
        var system = Target.Find(catalogue, parts[0]);
        var variant = parts.Length > 1 ? Target.Find(system, parts[1]) : null;
        return [.. all.Where(theorem => theorem.System == system && (variant is null || theorem.Variant == variant))];
    }

    private IReadOnlyList<TheoremEntry> Of(string name)
    {
        string[] parts = name.Split('/', 3);
        if (parts.Length == 1)
        {
            return Named(all, name) is { Count: > 0 } theorems ? theorems
                : catalogue.Any(system => system.Name == name) ? Within(name)
                : throw Unknown(engine.Noun, name, [.. Claims(all), .. catalogue.Select(system => system.Name)]);
        }

        var system = Target.Find(catalogue, parts[0]);
        var within = Within(parts[0]);
        if (parts.Length == 2)
        {
            return system.Variants.Any(variant => variant.Name == parts[1]) ? Within(name)
                : Named(within, parts[1]) is { Count: > 0 } theorems ? theorems
                : throw Unknown($"variant or {engine.Noun} of {system.Name}", parts[1], [.. Claims(within), .. system.Variants.Select(variant => variant.Name)]);
        }

        var of = Within($"{parts[0]}/{parts[1]}");
        return Named(of, parts[2]) is { Count: > 0 } found ? found : throw Unknown($"{engine.Noun} of {parts[0]}/{parts[1]}", parts[2], Claims(of));
    }

    private static List<TheoremEntry> Named(IEnumerable<TheoremEntry> theorems, string claim) => [.. theorems.Where(theorem => theorem.Claim.Name == claim)];

    private static IEnumerable<string> Claims(IEnumerable<TheoremEntry> theorems) => theorems.Select(theorem => theorem.Claim.Name);

    private static UsageException Unknown(string what, string given, IEnumerable<string> known) => new(NearMisses.Complaint(what, given, known));
}
