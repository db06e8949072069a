// What an update may show, decided from the hardware model and the plan: written apart from the properties the engine decides, so that each
// checks the other.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Writers;

namespace Verify.Tests.Smmu;

/// <summary>Whether a view behaves as an end of an update, for every access that counts.</summary>
internal delegate bool Alike(in Entry<Number> view, in Entry<Number> end);

/// <summary>The oracle of entry updates.</summary>
internal static class Oracle
{
    /// <summary>
    /// STEs on <paramref name="smmu"/>. ATS accesses count only where EATS is the same at both ends: otherwise ATS is off at the device while
    /// the entry changes.
    /// </summary>
    public static Alike Stes(SmmuFeatures smmu, Entry<Number> from, Entry<Number> to)
    {
        var ats = new Truth(Ste.Eats.Of(in from) == Ste.Eats.Of(in to));
        return (in Entry<Number> view, in Entry<Number> end) =>
        {
            var (seen, expected) = (SteBehaviour.Of<Number, Truth>(smmu, in view), SteBehaviour.Of<Number, Truth>(smmu, in end));
            return Behaviour<Number, Truth>.Same(in seen, in expected, ats).Value;
        };
    }

    /// <summary>CDs on <paramref name="smmu"/> behind an STE with the given S1STALLD.</summary>
    public static Alike Cds(SmmuFeatures smmu, bool stallDisabled) => (in Entry<Number> view, in Entry<Number> end) =>
    {
        var seen = CdBehaviour.Of(smmu, in view, new Truth(stallDisabled));
        var expected = CdBehaviour.Of(smmu, in end, new Truth(stallDisabled));
        return Outcome<Number, Truth>.Same(in seen, in expected).Value;
    };

    /// <summary>What is wrong with an update, in words; null if nothing is.</summary>
    public static string? Fault(EntryWriter writer, EntryRules rules, int fetchWords, Entry<Number> from, Entry<Number> to, Alike alike)
    {
        var plan = writer.Images<Number, Truth>(rules, in from, in to);
        var windows = Window.Of(in plan);
        if (Torn(writer, rules, fetchWords, windows, from, to, alike) is { } torn)
        {
            return torn;
        }

        if (windows.Any(window => !window.Closed))
        {
            return "the last batch is not synced";
        }

        if (!Entry.Same(plan.Final, in to))
        {
            return $"the entry ends as {Say(plan.Final)}";
        }

        return Syncs(in plan) > 3 ? $"{Syncs(in plan)} syncs" : Again(writer, rules, to);
    }

    /// <summary>A view that is neither old nor new nor, in a declared break, has V=0; in words, null if there is none.</summary>
    public static string? Torn(
        EntryWriter writer, EntryRules rules, int fetchWords, IReadOnlyList<Window> windows, Entry<Number> from, Entry<Number> to, Alike alike)
    {
        // A break is declared by a synced image with V=0 between two valid ends.
        var breaks = rules.V.Of(in from) == 1 && rules.V.Of(in to) == 1
            && windows.Any(window => window.Images.Any(image => rules.V.Of(in image) == 0));
        foreach (var window in windows)
        {
            foreach (var view in window.Views(fetchWords, writer.StoreWords))
            {
                if (!(breaks && rules.V.Of(in view) == 0) && !alike(in view, in from) && !alike(in view, in to))
                {
                    return $"torn view {Say(view)}";
                }
            }
        }

        return null;
    }

    /// <summary>CMD_SYNCs of a plan.</summary>
    public static int Syncs(in Plan<Number, Truth> plan)
    {
        var syncs = 0;
        for (var batch = 0; batch < plan.Count; batch++)
        {
            syncs += plan.Active(batch).Value && plan.End(batch) != BatchEnd.Barrier ? 1 : 0;
        }

        return syncs;
    }

    /// <summary>The words up to the last that is not 0, in hexadecimal.</summary>
    public static string Say(in Entry<Number> entry)
    {
        var words = Words(entry);
        var count = Array.FindLastIndex(words, word => word != 0) + 1;
        return $"[{string.Join(" ", words.Take(Math.Max(1, count)).Select(word => $"0x{word:x}"))}]";
    }

    /// <summary>The words as numbers.</summary>
    public static ulong[] Words(Entry<Number> entry) => [.. Enumerable.Range(0, Entry<Number>.Words).Select(i => entry[i].Value)];

    private static string? Again(EntryWriter writer, EntryRules rules, Entry<Number> target)
    {
        var plan = writer.Images<Number, Truth>(rules, in target, in target);
        return Syncs(in plan) == 0 ? null : "a second run is not idle";
    }
}
