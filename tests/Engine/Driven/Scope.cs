// What a generated run is a run of: a model at some scope, and the scopes to try when a smaller counterexample is looked for.

using FsCheck;
using FsCheck.Fluent;
using Verify.Model.Classics;
using Verify.Model.VisitedSet;
using Verify.Smmu.Driver;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Tests.Smmu;

namespace Verify.Tests.Engine.Driven;

/// <summary>A model at a scope.</summary>
/// <param name="Name">The scope in words, as a failure prints it.</param>
/// <param name="Model">The model.</param>
/// <param name="Smaller">Smaller scopes, the smallest first.</param>
internal sealed record Scope<TModel>(string Name, TModel Model, IEnumerable<Scope<TModel>> Smaller);

/// <summary>Generators of scopes.</summary>
internal static class Scopes
{
    /// <summary>Two to so many processes of the filter lock.</summary>
    public static Gen<Scope<FilterLock>> Locks(FilterLockVariant variant, int most) => Gen.Choose(2, most).Select(n => Lock(variant, n));

    /// <summary>Two or three threads, each with one to three keys, and one or two buckets at first.</summary>
    public static Gen<Scope<VisitedSetModel>> Sets(VisitedSetRules rules)
    {
        var key = Gen.Choose(1, VisitedSetModel.MostKeys).Select(key => (byte)key);
        var program = from count in Gen.Choose(1, 3) from keys in Gen.ArrayOf(key, count) select keys;
        return from threads in Gen.Choose(2, VisitedSetModel.MostThreads)
               from programs in Gen.ArrayOf(program, threads)
               from buckets in Gen.Choose(1, 2)
               select Set(rules, programs, buckets);
    }

    /// <summary>One update between two of the stream table entries of the driver's unit tests, by a writer.</summary>
    public static Gen<Scope<UpdateModel>> Updates(EntryWriter writer)
    {
        string[] images = ["abort", "bypass", "s2", "s2 ATS", "cdt SSID0", "cdt SSID0 ATS", "cdt BYPASS ATS", "nested BYPASS ATS"];
        var rules = new SteRules(SteUsedBits.V615, SteSafeBits.V70);
        return from ends in Gen.Two(Gen.Elements(images))
               from fetchWords in Gen.Choose(1, 2)
               let pair = new EntryPair($"{ends.Item1} -> {ends.Item2}", KUnit.Plain with { Name = "test" }, KUnit.Image(ends.Item1), KUnit.Image(ends.Item2))
               select new Scope<UpdateModel>(
                   $"{pair.Name}, fetches of {fetchWords} words",
                   new UpdateModel(new UpdateScope(EntryKind.Ste, writer, rules, fetchWords, [pair])),
                   []);
    }

    private static Scope<FilterLock> Lock(FilterLockVariant variant, int processes) => new(
        $"{processes} processes",
        new FilterLock(processes, variant),
        Enumerable.Range(2, processes - 2).Select(fewer => Lock(variant, fewer)));

    // Smaller by a thread, or by the last key of one.
    private static Scope<VisitedSetModel> Set(VisitedSetRules rules, byte[][] programs, int buckets) => new(
        $"keys {string.Join(" | ", programs.Select(keys => string.Join(" ", keys)))}, {buckets} buckets",
        new VisitedSetModel(rules, programs, buckets),
        programs.SelectMany((keys, thread) => new[]
        {
            programs.Length > 2 ? Set(rules, [.. programs.Where((_, i) => i != thread)], buckets) : null,
            keys.Length > 1 ? Set(rules, [.. programs.Select((own, i) => i == thread ? own[..^1] : own)], buckets) : null,
        }.OfType<Scope<VisitedSetModel>>()));
}
