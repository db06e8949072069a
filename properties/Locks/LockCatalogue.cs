// The system spin-lock: what the other models take for granted when they take a lock.

using Verify.Engine;
using Verify.Model.Locks;

namespace Verify.Properties.Locks;

/// <summary>The variants of spin-lock.</summary>
public static class LockCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "spin-lock";

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "CPUs take what protects a table, by one lock or two: who gets in, who waits for ever, who runs in circles",
        ["small", "medium", "large"],
        [.. LockClaims.Of(new LockModel(LockAlgorithm.TestAndSet, Cpus("small"))).Select(property => property.Claim)],
        [
            Variant("test-and-set", "one lock, taken by whoever finds it free: Linux on x86 before 2.6.25", LockAlgorithm.TestAndSet,
                new Why(LockClaims.Served, "the lock is never free for good: others may always be faster")),
            Variant("ticket", "one lock, taken in the order of tickets: Linux on x86 from 2.6.25 on", LockAlgorithm.Ticket),
            Variant("load-then-store", "one lock, which is read and then written", LockAlgorithm.LoadThenStore,
                new Why(LockClaims.MutualExclusion, "two CPUs see the lock free"), new Why(LockClaims.Served, "the lock is never free for good")),
            Variant("no-unlock", "one lock; whoever has it returns without giving it back", LockAlgorithm.NoUnlock,
                new Why(LockClaims.NobodyHangs, "the lock is never free again"), new Why(LockClaims.Served, "the lock is never free again"),
                new Why(LockClaims.ServedWithLuck, "the lock is never free again"), new Why(LockClaims.LocksAreUsed, "the lock is never given back")),
            Variant("trylock", "two locks in two orders; whoever does not get the second drops the first and tries again", LockAlgorithm.TryLock,
                new Why(LockClaims.Served, "CPUs drop and take their first locks in turns"), new Why(LockClaims.ServedWithLuck, "CPUs drop and take their first locks in turns"),
                new Why(LockClaims.SomebodyGetsIn, "CPUs drop and take their first locks in turns")),
            Variant("abba", "two locks in two orders, which are waited for", LockAlgorithm.Abba,
                new Why(LockClaims.NobodyHangs, "each has what the other waits for"), new Why(LockClaims.Served, "each has what the other waits for, or others are always faster"),
                new Why(LockClaims.ServedWithLuck, "each has what the other waits for")),
        ]);

    private static int Cpus(string scope) => scope switch { "small" => 3, "medium" => 5, _ => 8 };

    private static VariantEntry Variant(string name, string summary, LockAlgorithm algorithm, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = new LockModel(algorithm, Cpus(scope));
            return new Subject<LockModel, LockState>(Name, name, scope, model, LockClaims.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
