// Writers against the hardware on any 512 bits: whatever mix of old and new quanta the SMMU fetches behaves as one end of the update, or
// has V=0 in a declared break. Reference sections 2.1 and 4; the views are enumerated from the plan, without an engine.

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Xunit;
using Xunit.Sdk;

namespace Verify.Tests.Smmu;

[Trait("Speed", "Slow")]
public class TornViewTests
{
    private const int Cases = 4000;

    private static readonly SteRules V69 = new(SteUsedBits.V69);
    private static readonly SteRules V615 = new(SteUsedBits.V615);
    private static readonly SteRules V70 = new(SteUsedBits.V615, SteSafeBits.V70);
    private static readonly CdRules Cds = new();

    private static readonly Entry<Number>[] BuiltStes =
    [
        .. SteMatrix.Platforms("large").SelectMany(platform => SteMatrix.Entries(new SteBuilderRules(), platform)).Select(e => e.Entry).Distinct(),
    ];

    private static readonly Entry<Number>[] BuiltCds =
    [
        .. CdMatrix.Platforms("large").SelectMany(platform => CdMatrix.Entries(new CdBuilderRules(), platform)).Select(e => e.Entry).Distinct(),
    ];

    private static readonly Dictionary<string, (EntryWriter Writer, SteRules Ste, int FetchWords)> Sound = new()
    {
        ["6.9"] = (new Writer69(), V69, 1),
        ["6.10"] = (new Writer610(), V69, 1),
        ["6.11"] = (new Writer610(), new SteRules(SteUsedBits.V611), 1),
        ["6.12"] = (new Writer610(), new SteRules(SteUsedBits.V612), 1),
        ["6.15"] = (new Writer610(), V615, 1),
        ["6.15, 128-bit fetch"] = (new Writer610(), V615, 2),
        ["6.9 algorithm, later mask"] = (new Writer69(), V615, 1),
        ["7.0"] = (new Writer70(), V70, 1),
        ["entry-sync-64 repaired"] = (new EntrySyncWriter(1, Repaired: true), V615, 1),
        ["entry-sync-128 repaired"] = (new EntrySyncWriter(2, Repaired: true), V615, 2),
        ["s23, complete mask"] = (new StepWriter(), V615, 1),
    };

    private static readonly Dictionary<string, (EntryWriter Writer, int FetchWords)> Broken = new()
    {
        ["in place"] = (new InPlaceWriter(), 1),
        ["barriers only"] = (new BarrierWriter(), 1),
        ["6.9-rc, big endian"] = (new Writer69BigEndian(), 1),
        ["entry-sync-64 as posted"] = (new EntrySyncWriter(1), 1),
        ["entry-sync-128 as posted"] = (new EntrySyncWriter(2), 2),
        ["entry-sync-128 on 64-bit fetches"] = (new EntrySyncWriter(2, Repaired: true), 1),
        ["no first sync"] = (new FlawedWriter(Mistake.NoFirstSync), 1),
        ["no last sync"] = (new FlawedWriter(Mistake.NoLastSync), 1),
        ["no CFGI"] = (new FlawedWriter(Mistake.NoCfgi), 1),
        ["clear before flip"] = (new FlawedWriter(Mistake.ClearBeforeFlip), 1),
        ["valid with the rest"] = (new FlawedWriter(Mistake.ValidWithTheRest), 1),
        ["no clear"] = (new FlawedWriter(Mistake.NoClear), 1),
    };

    public static TheoryData<string> SoundWriters => [.. Sound.Keys];

    public static TheoryData<string> BrokenWriters => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(SoundWriters))]
    public void A_sound_writer_tears_no_pair_of_stes(string name)
    {
        var (writer, rules, fetchWords) = Sound[name];
        Seeds.Check(Prop.ForAll(Updates.Of(Ste.Layout, BuiltStes, V615), raw =>
        {
            var u = Contract(raw, writer, rules).Within(rules);
            if (Oracle.Fault(writer, rules, fetchWords, u.From, u.To, Oracle.Stes(u.Smmu, u.From, u.To)) is { } fault)
            {
                throw new XunitException($"{name}: {fault}; {u}");
            }
        }), Cases);
    }

    [Theory]
    [MemberData(nameof(SoundWriters))]
    public void A_sound_writer_tears_no_pair_of_cds(string name)
    {
        var (writer, _, fetchWords) = Sound[name];
        Seeds.Check(Prop.ForAll(Updates.Of(Cd.Layout, BuiltCds, Cds), raw =>
        {
            var u = raw.Within(Cds);
            if (Oracle.Fault(writer, Cds, fetchWords, u.From, u.To, Oracle.Cds(u.Smmu, u.StallDisabled)) is { } fault)
            {
                throw new XunitException($"{name}: {fault}; {u}");
            }
        }), Cases);
    }

    [Theory]
    [MemberData(nameof(BrokenWriters))]
    public void The_same_oracle_finds_a_pair_that_a_broken_writer_tears(string name)
    {
        var (writer, fetchWords) = Broken[name];
        var pairs = from platform in SteMatrix.Platforms("large") from pair in SteMatrix.Pairs(new SteBuilderRules(), platform) select pair;
        Assert.Contains(pairs, pair =>
            Oracle.Fault(writer, V615, fetchWords, pair.From, pair.To, Oracle.Stes(pair.Platform.Smmu, pair.From, pair.To)) is not null);
    }

    [Theory]
    [MemberData(nameof(BrokenWriters))]
    public void Random_pairs_find_a_broken_writer(string name)
    {
        var (writer, fetchWords) = Broken[name];
        Seeds.Run(seed =>
        {
            var sample = Updates.Of(Ste.Layout, BuiltStes, V615).Generator.Sample(Cases, new Rnd(seed), 50).Select(u => u.Within(V615));
            var found = sample.Any(u => Oracle.Fault(writer, V615, fetchWords, u.From, u.To, Oracle.Stes(u.Smmu, u.From, u.To)) is not null);
            Assert.True(found, "no pair of the sample shows it");
        });
    }

    public static TheoryData<string> IncompleteRules => [.. Incomplete.Keys];

    // Rules that leave something out: no writer can be sound with them.
    private static readonly Dictionary<string, (EntryWriter Writer, SteRules Rules)> Incomplete = new()
    {
        ["S2VMID of stage 1, as in the 2023 series"] = (new StepWriter(), new SteRules(SteUsedBits.Series2023)),
        ["SHCFG under S1DSS=BYPASS"] = (new Writer610(), V69),
    };

    [Theory]
    [MemberData(nameof(IncompleteRules))]
    public void Random_pairs_find_incomplete_rules(string name)
    {
        var (writer, rules) = Incomplete[name];
        Seeds.Run(seed =>
        {
            var sample = Updates.Of(Ste.Layout, BuiltStes, V615).Generator.Sample(5 * Cases, new Rnd(seed), 50).Select(u => u.Within(rules));
            var found = sample.Any(u => Oracle.Fault(writer, rules, 1, u.From, u.To, Oracle.Stes(u.Smmu, u.From, u.To)) is not null);
            Assert.True(found, "no pair of the sample shows it");
        });
    }

    // The guard of the safe bits (reference section 3.2): EATS=TRANS moves early, S2S=1 comes with the critical word, and the mix is ILLEGAL.
    [Fact]
    public void Ats_must_not_be_safe_beside_stalling()
    {
        var (from, to) = (KUnit.Image("s2 STALL"), KUnit.Image("s2 ATS"));
        var unguarded = new SteRules(SteUsedBits.V615, new SteSafeBits { Guard = EatsGuard.None });
        var alike = Oracle.Stes(KUnit.Smmu, from, to);
        Assert.StartsWith("torn view [0xd 0x100010000000 0x649", Oracle.Fault(new Writer70(), unguarded, 1, from, to, alike));
        Assert.Null(Oracle.Fault(new Writer70(), V70, 1, from, to, alike));
    }

    // What the random pairs must contain, so that the tests above say something: at least so many of two thousand.
    [Fact]
    public void Random_pairs_are_of_every_kind() => Seeds.Run(seed =>
    {
        var counts = new Dictionary<string, int>();
        foreach (var raw in Updates.Of(Ste.Layout, BuiltStes, V615).Generator.Sample(2000, new Rnd(seed), 50))
        {
            foreach (var kind in Kinds(raw.Within(V615)))
            {
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
            }
        }

        string[] kinds =
        [
            "0 syncs", "1 syncs", "2 syncs", "3 syncs", "break", "hitless in 3", "V=0 end", "ILLEGAL end", "legal live ends", "same behaviour",
            .. Enumerable.Range(0, 8).SelectMany(config => new[] { $"from CFG {config}", $"to CFG {config}" }),
        ];
        Assert.All(kinds, kind => Assert.True(counts.GetValueOrDefault(kind) >= 15, $"{kind}: {counts.GetValueOrDefault(kind)} of 2000"));
    });

    private static IEnumerable<string> Kinds(RandomUpdate u)
    {
        var plan = new Writer70().Images<Number, Truth>(V70, u.From, u.To);
        var syncs = Oracle.Syncs(in plan);
        yield return $"{syncs} syncs";
        var valid = Ste.V.Of(u.From) == 1 && Ste.V.Of(u.To) == 1;
        if (!valid)
        {
            yield return "V=0 end";
            yield break;
        }

        yield return $"from CFG {Ste.Cfg.Of(u.From)}";
        yield return $"to CFG {Ste.Cfg.Of(u.To)}";
        var invalid = SteBehaviour.Invalid<Number, Truth>(u.Smmu, u.From) | SteBehaviour.Invalid<Number, Truth>(u.Smmu, u.To);
        yield return invalid.Value ? "ILLEGAL end" : "legal live ends";
        if (syncs == 3)
        {
            yield return Ste.V.Of(plan.After(0)) == 0 ? "break" : "hitless in 3";
        }

        if (!Entry.Same(u.From, u.To) && Oracle.Stes(u.Smmu, u.From, u.To)(u.From, u.To))
        {
            yield return "same behaviour";
        }
    }

    // Two things the driver never builds and its masks rely on. Until 6.10 every CD-table STE had S1DSS=SSID0; the mask of these versions leaves
    // out the SHCFG that S1DSS=BYPASS uses (reference section 3.1). And CFG is never reserved: under CFG 2 and 3, which abort, the masks
    // have S2S and EATS, and an SMMUv3.0 that looks at S2S under stage 1 takes a stream with ATS for ILLEGAL once S2S is filled in.
    private static RandomUpdate Contract(RandomUpdate update, EntryWriter writer, SteRules rules)
    {
        var ssid0 = !rules.UsedBits.BypassDssUsesShcfg;
        var v30 = update.Smmu.EatsCheckSeesS2S;
        return update with
        {
            From = Buildable(update.From, ssid0, noReserved: v30),
            To = Buildable(update.To, ssid0, noReserved: v30),
            // See On_SMMUv3_0 below.
            Smmu = update.Smmu with { EatsCheckSeesS2S = v30 && writer is not StepWriter and not EntrySyncWriter { QuantumWords: 2 } },
        };
    }

    private static Entry<Number> Buildable(Entry<Number> ste, bool ssid0, bool noReserved)
    {
        if (ssid0 && Ste.S1Dss.Of(in ste) == Ste.Dss.Bypass)
        {
            Ste.S1Dss.Set(ref ste, Ste.Dss.Ssid0);
        }

        if (noReserved && Ste.Cfg.Of(in ste) < Ste.Config.Bypass)
        {
            Ste.Cfg.Set(ref ste, Ste.Config.Abort);
        }

        return ste;
    }

    // No mask has S2S under stage 1, but an SMMUv3.0 may look at it there when it checks EATS (reference section 2.3). The writers since 6.9
    // are safe by luck: EATS and CFG both change, in two words, and a break fills nothing. With both in one 128-bit quantum the update is
    // hitless and fills S2S first; the 2023 series fills in a break too.
    [Fact]
    public void On_SMMUv3_0_a_writer_that_fills_S2S_under_stage_1_makes_an_ILLEGAL_entry()
    {
        var v30 = KUnit.Smmu with { EatsCheckSeesS2S = true };
        var (from, to) = (KUnit.Image("cdt SSID0 ATS"), KUnit.Image("s2 STALL"));
        foreach (var name in new[] { "entry-sync-128 repaired", "s23, complete mask" })
        {
            var (writer, rules, fetchWords) = Sound[name];
            Assert.StartsWith("torn view [0xf800f0f0f0f0f0eb ", Oracle.Fault(writer, rules, fetchWords, from, to, Oracle.Stes(v30, from, to)));
            Assert.Null(Oracle.Fault(writer, rules, fetchWords, from, to, Oracle.Stes(KUnit.Smmu, from, to)));
        }

        // The VMID of a real stage-2 domain makes the wide update a break, which fills nothing.
        var vmid1 = LegalEntries.With(to, (Ste.S2Vmid, 1));
        Assert.Null(Oracle.Fault(new EntrySyncWriter(2, Repaired: true), V615, 2, from, vmid1, Oracle.Stes(v30, from, vmid1)));
        Assert.NotNull(Oracle.Fault(new StepWriter(), V615, 1, from, vmid1, Oracle.Stes(v30, from, vmid1)));
    }
}
