// The scopes of smmu-attach, by name.

using Verify.Smmu.Attach;

namespace Verify.Properties.Smmu.Attach;

/// <summary>
/// The scopes: of small, medium and large the machines differ; tiny has one CPU, for what is to be compared whole. "explicit" is small with fetches, walks, translation
/// requests and accesses as steps of their own, "explicit:medium" is medium with them, and so on. A machine's name is a scope, too.
/// </summary>
internal static class AttachScopes
{
    private const string Explicit = "explicit";

    /// <summary>Those that are asked for by name only.</summary>
    public static IReadOnlyList<string> Further { get; } = [Explicit, $"{Explicit}:medium", $"{Explicit}:large", "tiny", $"{Explicit}:tiny"];

    /// <summary>Whether a scope is of one machine, which it is named by.</summary>
    public static bool IsOfMachine(string name) => AttachMachines.Names.Contains(Size(name));

    /// <summary>The scope of that name for a version.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rules">The version.</param>
    /// <param name="also">Machines that the version has beside those of the scope.</param>
    public static AttachScope Of(string name, AttachRules rules, params AttachMachine[] also)
    {
        var size = Size(name);
        var machines = AttachMachines.Of(size, also).Where(machine => rules.HasNested || !machine.Domains.Contains(DomainKind.Nested));
        return new([.. machines], Cpus: size == "tiny" ? 1 : 2) { Explicit = IsExplicit(name) };
    }

    /// <summary>What a version lacks of a scope, in a few words; empty for nothing.</summary>
    public static string Lack(string name, AttachRules rules) =>
        !rules.HasNested && AttachMachines.Of(Size(name), []).All(machine => machine.Domains.Contains(DomainKind.Nested)) ? "this version has no nested domains" : "";

    /// <summary>The scope with the same machines where hardware's moves are steps; null for one where they are.</summary>
    public static string? Unfolded(string name) => IsExplicit(name) ? null : name == "small" ? Explicit : $"{Explicit}:{name}";

    private static string Size(string name) => name == Explicit ? "small" : name.Split(':')[^1];

    private static bool IsExplicit(string name) => name.StartsWith(Explicit, StringComparison.Ordinal);
}
