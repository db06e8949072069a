// The scopes of smmu-attach, by name.

using Verify.Smmu.Attach;

namespace Verify.Properties.Smmu.Attach;

/// <summary>
/// The scopes: of small, medium and large the machines differ; tiny has one CPU, for what is to be compared whole. "explicit" is small with fetches, walks, translation
/// requests and accesses as steps of their own, "explicit:medium" is medium with them, and so on; so is "three-cpus" small with three CPUs. A machine's name is a scope, too.
/// </summary>
internal static class AttachScopes
{
    private const string Explicit = "explicit";
    private const string ThreeCpus = "three-cpus";

    private static readonly string[] Sizes = ["tiny", "small", "medium", "large"];

    /// <summary>Those that are asked for by name only.</summary>
    public static IReadOnlyList<string> Further { get; } = [Explicit, $"{Explicit}:medium", $"{Explicit}:large", "tiny", $"{Explicit}:tiny", ThreeCpus, $"{Explicit}:{ThreeCpus}"];

    /// <summary>Whether a scope is of one machine, which it is named by, or another way to look at the machines of one.</summary>
    public static bool Opens(string name)
    {
        var ways = name.Split(':')[..^1];
        return (AttachMachines.Names.Contains(Size(name)) || Sizes.Contains(Size(name))) && ways.All(way => way is Explicit or ThreeCpus) && ways.Distinct().Count() == ways.Length;
    }

    /// <summary>The scope of that name for a version.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rules">The version.</param>
    /// <param name="also">Machines that the variant has beside those of small and medium.</param>
    /// <param name="without">Machines of medium that it has by their names only.</param>
    public static AttachScope Of(string name, AttachRules rules, AttachMachine[] also, AttachMachine[] without)
    {
        var machines = AttachMachines.Of(Size(name), also)
            .Where(machine => (rules.HasNested || !machine.Domains.Contains(DomainKind.Nested)) && !(Size(name) == "medium" && without.Contains(machine)));
        return new([.. machines], Cpus: Size(name) == "tiny" ? 1 : Has(name, ThreeCpus) ? 3 : 2) { Explicit = Has(name, Explicit) };
    }

    /// <summary>The scope with the same machines where hardware's moves are steps; null for one where they are.</summary>
    public static string? Unfolded(string name) => Has(name, Explicit) ? null : name == "small" ? Explicit : $"{Explicit}:{name}";

    /// <summary>What a version lacks of a scope, in a few words; empty for nothing.</summary>
    public static string Lack(string name, AttachRules rules) =>
        !rules.HasNested && AttachMachines.Of(Size(name), []).All(machine => machine.Domains.Contains(DomainKind.Nested)) ? "this version has no nested domains" : "";

    // What comes before the last colon are ways to look at the machines that the rest says; small's where it says none.
    private static string Size(string name) => name.Split(':')[^1] is Explicit or ThreeCpus ? "small" : name.Split(':')[^1];

    private static bool Has(string name, string way) => name.Split(':').Contains(way);
}
