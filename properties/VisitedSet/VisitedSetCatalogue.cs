// The system visited-set: the checker's own concurrent table, checked by the checker.

using Verify.Engine;
using Verify.Model.VisitedSet;

namespace Verify.Properties.VisitedSet;

/// <summary>The variants of visited-set.</summary>
public static class VisitedSetCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "visited-set";

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the checker's own table of visited states: threads add keys and number them without locks, and the table grows",
        ["small", "medium", "large"],
        [.. VisitedSetClaims.Of(new VisitedSetModel(new(), [[1], [2], [3]], buckets: 2)).Select(property => property.Claim)],
        [
            Variant("as-built", "as in checker/Engine/Stores", new()),
            new("same-keys", "as built, and threads add the same keys as others", scope => Open("same-keys", scope, new(), Shared(scope)), Why.Map([])),
            Variant("store-for-cas", "an empty lane is read again and stored to, instead of compare-and-swap", new() { ComparesAndSwaps = false },
                new Why(VisitedSetClaims.NewOnce, "both find the lane empty"), new Why(VisitedSetClaims.FinishedIsFound, "a key is overwritten"),
                new Why(VisitedSetClaims.OneNumber, "a key is numbered twice"), new Why(VisitedSetClaims.NumbersDiffer, "a number is left beside another key"),
                new Why(VisitedSetClaims.IsASet, "two calls change the set by one key"), new Why(VisitedSetClaims.EveryRaceHappens, "no lane is ever lost")),
            Variant("any-lane", "threads try empty lanes from either end", new() { InOrder = false },
                new Why(VisitedSetClaims.NewOnce, "each takes a lane of its own"), new Why(VisitedSetClaims.IsASet, "a key in the set is new"), new Why(VisitedSetClaims.OneNumber, "a key is numbered twice")),
            Variant("winner-ignored", "after a lost lane the next one is tried, whoever won", new() { LooksAtWinner = false },
                new Why(VisitedSetClaims.NewOnce, "the loser takes the next lane"), new Why(VisitedSetClaims.IsASet, "a key in the set is new"), new Why(VisitedSetClaims.OneNumber, "a key is numbered twice"),
                new Why(VisitedSetClaims.EveryRaceHappens, "the loser does not look")),
            Variant("grows-at-once", "the table grows while other threads are at work", new() { RestsToGrow = false },
                new Why(VisitedSetClaims.NewOnce, "the key has moved"), new Why(VisitedSetClaims.IsASet, "a key in the set is new"), new Why(VisitedSetClaims.FinishedIsFound, "a key is put where it was looked up before"),
                new Why(VisitedSetClaims.OneNumber, "a number is written to a slot that has moved"),
                new Why(VisitedSetClaims.NumbersDiffer, "a number is written beside another key"),
                new Why(VisitedSetClaims.EveryoneFinishes, "a number is waited for that was written elsewhere"),
                new Why(VisitedSetClaims.EveryKeyIsAdded, "a number is waited for that was written elsewhere")),
            Variant("no-slack", "keys are added as long as the count leaves a lane", new() { HasSlack = false },
                new Why(VisitedSetClaims.LookupEnds, "the count does not know of keys under way")),
            Variant("number-not-awaited", "the number of a key that is found is read once", new() { AwaitsNumber = false },
                new Why(VisitedSetClaims.OneNumber, "it is not written yet")),
        ]);

    private static VariantEntry Variant(string name, string summary, VisitedSetRules rules, params Why[] violated) =>
        new(name, summary, scope => Open(name, scope, rules, Programs(scope)), Why.Map(violated));

    private static byte[][] Programs(string scope) => scope switch
    {
        "small" => [[3, 4], [4, 5], [6, 7]],
        "medium" => [[3, 4, 5], [4, 5], [6, 7]],
        _ => [[3, 4, 5], [4, 5, 6], [6, 7, 4]],
    };

    // With threads that can be interchanged.
    private static byte[][] Shared(string scope) => scope switch
    {
        "small" => [[4, 5], [4, 5], [6, 7]],
        "medium" => [[4, 5, 6], [4, 5, 6], [6, 7]],
        _ => [[4, 5, 6, 7], [4, 5, 6, 7], [4, 5, 6, 7]],
    };

    private static ISubject Open(string variant, string scope, VisitedSetRules rules, byte[][] programs)
    {
        var model = new VisitedSetModel(rules, programs, buckets: 2);
        return new Subject<VisitedSetModel, VisitedSetState>(Name, variant, scope, model, VisitedSetClaims.Of(model), (_, _, _) => []);
    }
}
