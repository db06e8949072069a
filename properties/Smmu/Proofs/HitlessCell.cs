// What the updates from one class of configurations to another cost: with the driver's algorithm, and with the best order of stores there is.

using Verify.Bits;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>How some pair of entries of two classes is updated.</summary>
/// <param name="Syncs">CMD_SYNCs that the driver's algorithm waits for.</param>
/// <param name="Breaks">Whether it stores an image with V=0, although V is 1 at both ends.</param>
/// <param name="Optimum">CMD_SYNCs of the shortest order of stores without a break; null if every order breaks.</param>
public sealed record HitlessCase(int Syncs, bool Breaks, int? Optimum)
{
    /// <summary>A pair of entries that is updated so.</summary>
    public required (Entry<Number> From, Entry<Number> To) Pair { get; init; }

    /// <summary>The shortest order without a break for that pair, in words; null if every order breaks.</summary>
    public string? Order { get; init; }

    /// <summary>The break could be avoided.</summary>
    public bool IsNeedless => Breaks && Optimum is not null;
}

/// <summary>The updates from one class of configurations to another.</summary>
/// <param name="From">The class before.</param>
/// <param name="To">The class wanted.</param>
/// <param name="Cases">How its pairs are updated: each case is shown by a pair, and a solver has shown that no pair is updated otherwise.</param>
/// <param name="Open">Why the cases may not be all, or an optimum not be one; null if nothing is open.</param>
public sealed record HitlessCell(string From, string To, IReadOnlyList<HitlessCase> Cases, string? Open)
{
    /// <summary>
    /// The cell in a few characters: "2" syncs, hitless, and none fewer would do; "3>2" hitless, but two would do; "3B" a break, as in every order;
    /// "3N2" a needless break, two syncs would do without; "?" where something is open.
    /// </summary>
    public override string ToString()
    {
        string[] kinds =
        [
            Range(Cases.Where(found => !found.Breaks && found.Syncs == found.Optimum), found => found.Syncs),
            Pairs(Cases.Where(found => !found.Breaks && found.Syncs != found.Optimum), ">"),
            Pairs(Cases.Where(found => found.IsNeedless), "N"),
            Range(Cases.Where(found => found.Breaks && found.Optimum is null), found => found.Syncs, "B"),
        ];
        return string.Join('/', kinds.Where(kind => kind.Length > 0)) + (Open is null ? "" : "?");
    }

    private static string Pairs(IEnumerable<HitlessCase> cases, string mark)
    {
        var all = cases.ToList();
        return Range(all, found => found.Syncs, mark) + Range(all.Where(found => found.Optimum is not null), found => found.Optimum!.Value);
    }

    private static string Range(IEnumerable<HitlessCase> cases, Func<HitlessCase, int> value, string mark = "")
    {
        var values = cases.Select(value).ToList();
        return values.Count == 0 ? "" : values.Min() == values.Max() ? $"{values[0]}{mark}" : $"{values.Min()}-{values.Max()}{mark}";
    }
}
