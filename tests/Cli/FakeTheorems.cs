// Theorems about the made-up system that a solver decides in a millisecond: a view of an entry is the old one or the new one.

using Verify.Engine;
using Verify.Properties;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Tests.Cli;

internal static class FakeTheorems
{
    public static readonly Claim Torn = new(
        "NoTornView", PropertyKind.Theorem, "For all entries, the hardware sees the old one or the new one.", "seed 3, section 2", "I1", "seeds/03.md");

    public static readonly Claim Order = new("Order", PropertyKind.Theorem, "Below is an order.", "ours");

    /// <summary>
    /// fake-ste with NoTornView, on two profiles, and Order: 6.2 mixes old and new bits, and is expected to; 6.9 does not.
    /// </summary>
    public static SystemEntry System { get; } = With(("6.2", [.. NoTornView("6.2", Mixed, "mixes bits"), Ordered()]), ("6.9", [.. NoTornView("6.9", Whole), Ordered()]));

    /// <summary>fake-ste with theorems about its variants.</summary>
    public static SystemEntry With(params (string Variant, Theorem[] Theorems)[] theorems)
    {
        var system = FakeSystems.AsExpected[0];
        return system with
        {
            Variants = [.. system.Variants.Select(variant => variant with
            {
                Stated = new(theorems.FirstOrDefault(each => each.Variant == variant.Name).Theorems ?? []),
            })],
            Opens = scope => scope.StartsWith("any:", StringComparison.Ordinal),
        };
    }

    /// <summary>The view is any mix of the bits of old and new.</summary>
    public static TermWord Mixed(TermWord from, TermWord to)
    {
        var mask = TermWord.Variable("mask");
        return (from & mask) | (to & ~mask);
    }

    /// <summary>The view is the old entry or the new one.</summary>
    public static TermWord Whole(TermWord from, TermWord to) => TermWord.If(TermBit.Variable("late"), to, from);

    public static Theorem[] NoTornView(string variant, Func<TermWord, TermWord, TermWord> view, string? violated = null) =>
        [.. new[] { "any:64", "any:128" }.Select(profile => NoTornView(variant, profile, view, violated))];

    public static Theorem NoTornView(string variant, string profile, Func<TermWord, TermWord, TermWord> view, string? violated = null) =>
        new(Torn, profile, [Part($"fake-ste.{variant}.{profile[4..]}.torn", view)])
        {
            Violated = violated,
            Pairs = [("from", "to")],
            Confirm = (_, _) => FakeSystems.Trace("fake-ste", variant, profile),
            Explain = (_, values) => [$"old {values.Word("from"):x}", $"new {values.Word("to"):x}"],
        };

    /// <summary>A part that says that a view is old, new or, to no avail, one of <paramref name="more"/>.</summary>
    public static Part Part(string name, Func<TermWord, TermWord, TermWord> view, params Func<TermWord, TermWord, Alternative>[] more) => new(
        name,
        ["A view is old or new."],
        () =>
        {
            var (from, to) = (TermWord.Variable("from"), TermWord.Variable("to"));
            var seen = view(from, to);
            return new Statement(
                !TermWord.Same(from, to),
                [new("old", TermWord.Same(seen, from)), new("new", TermWord.Same(seen, to)), .. more.Select(make => make(from, to))]);
        });

    /// <summary>Holds; a cache remembers it.</summary>
    public static Theorem Ordered() => new(Order, "any:64", [new("fake-ste.order", ["Below is an order."], () =>
    {
        var (x, y) = (TermWord.Variable("x"), TermWord.Variable("y"));
        return new(TermWord.Below(x, y), new Alternative("the other is not below", !TermWord.Below(y, x)));
    })]);

    /// <summary>A solver that is made up, or counts what it is asked.</summary>
    public sealed class Solver(string name, Func<Obligation, SolverAnswer> answer) : ISolver
    {
        private int asked;

        public string Name => name;

        public int Asked => asked;

        public SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation)
        {
            Interlocked.Increment(ref asked);
            return answer(obligation);
        }
    }
}
