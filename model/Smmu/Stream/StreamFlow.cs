// What a driver attaches to a stream and its PASID, and the order in which it rewrites STE and CDs for that. Reference sections 6.1 to 6.3.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Writers;

namespace Verify.Smmu.Stream;

/// <summary>What is attached to a stream's RID.</summary>
public enum RidDomain : byte
{
    /// <summary>BLOCKED.</summary>
    Blocked,

    /// <summary>IDENTITY.</summary>
    Identity,

    /// <summary>Stage-1 paging domain "A".</summary>
    S1A,

    /// <summary>Stage-1 paging domain "B".</summary>
    S1B,

    /// <summary>A stage-2 paging domain.</summary>
    S2,
}

/// <summary>What is attached: the RID's domain, and whether PASID 1 has one.</summary>
/// <param name="Rid">The RID's domain.</param>
/// <param name="Pasid">PASID 1 has a domain.</param>
public readonly record struct Attachment(RidDomain Rid, bool Pasid)
{
    /// <summary>How it reads.</summary>
    public override string ToString() => Pasid ? $"{Rid}+PASID" : $"{Rid}";
}

/// <summary>The tables of a stream that software rewrites.</summary>
public enum Slot : byte
{
    /// <summary>The stream table entry.</summary>
    Ste,

    /// <summary>The CD of SubstreamID 0, for traffic without PASID.</summary>
    Cd0,

    /// <summary>The CD of SubstreamID 1.</summary>
    Cd1,
}

/// <summary>The choices in which versions of the attach flows differ, as far as they concern the order of STE and CD writes.</summary>
public sealed record StreamRules
{
    /// <summary>CD 0 is written before the STE points at it (d2e053d73247; bug B11 without it).</summary>
    public bool CdBeforeSte { get; init; } = true;

    /// <summary>CD 0 is cleared after the STE has left the table.</summary>
    public bool CdClearedAfterSte { get; init; } = true;

    /// <summary>An attach of a stage-1 domain first clears CD 0 (6.9).</summary>
    public bool ClearsCdFirst { get; init; }

    /// <summary>PASIDs are supported with IDENTITY and BLOCKED on the RID (6.11).</summary>
    public bool PasidsWithoutS1 { get; init; } = true;

    /// <summary>The CD of a PASID is written before the STE turns substreams on.</summary>
    public bool PasidCdBeforeSte { get; init; } = true;

    /// <summary>S1DSS says BYPASS for IDENTITY; without it, TERMINATE as for BLOCKED.</summary>
    public bool DssFollowsRid { get; init; } = true;

    /// <summary>What follows an STE write, before CMD_SYNC.</summary>
    public CfgiCommand AfterSte { get; init; } = CfgiCommand.CFGI_STE;

    /// <summary>What follows a CD write, before CMD_SYNC.</summary>
    public CfgiCommand AfterCd { get; init; } = CfgiCommand.CFGI_CD;

    /// <summary>CFGI_CD names the SubstreamID whose CD was written; without it, always 0 (as where SVA took another PASID than the mm's, bug B13).</summary>
    public bool CfgiNamesSsid { get; init; } = true;

    /// <summary>
    /// A new domain is attached without detaching the old one first; without it, the stream passes meanwhile (before 6.9, disable_bypass=n).
    /// </summary>
    public bool NoDetachBetween { get; init; } = true;

    /// <summary>Replacing the RID's domain leaves CD 1 alone; without it, it is rewritten by way of V=0.</summary>
    public bool KeepsPasidCd { get; init; } = true;
}

/// <summary>One rewrite of one table entry.</summary>
public sealed class SlotUpdate
{
    /// <summary>What the writer does.</summary>
    public readonly Plan<Number, Truth> Plan;

    /// <summary>A rewrite of <paramref name="slot"/> by <paramref name="plan"/>.</summary>
    internal SlotUpdate(Slot slot, Plan<Number, Truth> plan)
    {
        Slot = slot;
        Plan = plan;
        for (var batch = 0; batch < plan.Count; batch++)
        {
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                Changing |= (byte)(plan.After(batch)[word] != plan.Start[word] ? 1 << word : 0);
            }
        }
    }

    /// <summary>Which entry.</summary>
    public Slot Slot { get; }

    /// <summary>Words that some image of the plan changes, a bit each.</summary>
    public byte Changing { get; }
}

/// <summary>A driver operation on a stream: what is attached before and after, and the rewrites in order.</summary>
/// <param name="Name">The driver callback with its argument.</param>
/// <param name="From">What is attached before.</param>
/// <param name="To">What is attached after.</param>
/// <param name="Updates">The rewrites, in order.</param>
public sealed record Operation(string Name, Attachment From, Attachment To, IReadOnlyList<SlotUpdate> Updates);

/// <summary>All operations of a driver version on one stream.</summary>
public sealed class StreamFlow
{
    /// <summary>ASID of domain "A".</summary>
    public const ulong AsidA = 1;

    /// <summary>ASID of domain "B".</summary>
    public const ulong AsidB = 2;

    /// <summary>ASID of the PASID's domain.</summary>
    public const ulong PasidAsid = 3;

    /// <summary>VMID of the stage-2 domain.</summary>
    public const ulong S2Vmid = 4;

    private static readonly Stage1Domain DomainA = new("A", AsidA, 0x50_0000_0000);
    private static readonly Stage1Domain DomainB = new("B", AsidB, 0x60_0000_0000);
    private static readonly Stage1Domain DomainPasid = new("P", PasidAsid, 0x70_0000_0000);
    private static readonly Stage2Domain DomainS2 = new("S2", S2Vmid, 0x20_0000_0000, Stage2Domain.Vtcr48);

    private readonly StreamRules rules;
    private readonly EntryWriter writer;
    private readonly SteRules steRules;
    private readonly SteBuilder ste;
    private readonly CdBuilder cd;

    /// <summary>Makes the operations of a version.</summary>
    /// <param name="rules">The order of writes.</param>
    /// <param name="writer">The entry writer.</param>
    /// <param name="steRules">What the writer believes about STEs.</param>
    /// <param name="steBuilder">The version's STE builder choices.</param>
    /// <param name="platform">The SMMU and the device.</param>
    public StreamFlow(StreamRules rules, EntryWriter writer, SteRules steRules, SteBuilderRules steBuilder, Platform platform)
    {
        this.rules = rules;
        this.writer = writer;
        this.steRules = steRules;
        Platform = platform;
        ste = new SteBuilder(steBuilder, platform);
        cd = new CdBuilder(new CdBuilderRules(), platform);
        Attachments = [.. from rid in Enum.GetValues<RidDomain>() from pasid in new[] { false, true }
                          let at = new Attachment(rid, pasid) where IsPossible(at) select at];
        Operations = [.. Attachments.SelectMany(OperationsFrom)];
    }

    /// <summary>The SMMU and the device.</summary>
    public Platform Platform { get; }

    /// <summary>What can be attached.</summary>
    public Attachment[] Attachments { get; }

    /// <summary>Every operation from everything that can be attached.</summary>
    public Operation[] Operations { get; }

    /// <summary>The image of an entry at rest, for what is attached.</summary>
    public Entry<Number> AtRest(Attachment at, Slot slot) => slot switch
    {
        Slot.Cd0 => at.Rid switch { RidDomain.S1A => cd.S1(DomainA), RidDomain.S1B => cd.S1(DomainB), _ => cd.Cleared() },
        Slot.Cd1 => at.Pasid ? cd.S1(DomainPasid) : cd.Cleared(),
        _ => Stream(at),
    };

    private Entry<Number> Stream(Attachment at) => at.Rid switch
    {
        RidDomain.S2 => ste.S2(DomainS2, ats: false),
        RidDomain.S1A or RidDomain.S1B => ste.CdTable(Ste.Dss.Ssid0, ats: false),
        RidDomain.Identity when at.Pasid => ste.CdTable(rules.DssFollowsRid ? Ste.Dss.Bypass : Ste.Dss.Terminate, ats: false),
        RidDomain.Blocked when at.Pasid => ste.CdTable(Ste.Dss.Terminate, ats: false),
        RidDomain.Identity => ste.Bypass(),
        _ => ste.Abort(),
    };

    // S2 and PASIDs exclude each other: attaching S2 is refused with -EBUSY while PASIDs exist, set_dev_pasid with -EINVAL under S2.
    private bool IsPossible(Attachment at) =>
        !at.Pasid || at.Rid is RidDomain.S1A or RidDomain.S1B || (at.Rid != RidDomain.S2 && rules.PasidsWithoutS1);

    private IEnumerable<Operation> OperationsFrom(Attachment from)
    {
        foreach (var to in Attachments)
        {
            if (to.Rid != from.Rid && to.Pasid == from.Pasid)
            {
                yield return Make($"attach_dev({to.Rid})", from, to, AttachOrder(from, to));
            }
            else if (to.Rid == from.Rid && to.Pasid && !from.Pasid)
            {
                Slot[] order = rules.PasidCdBeforeSte ? [Slot.Cd1, Slot.Ste] : [Slot.Ste, Slot.Cd1];
                yield return Make("set_dev_pasid(1)", from, to, order);
            }
            else if (to.Rid == from.Rid && from.Pasid && !to.Pasid)
            {
                // The PASID's CD is cleared first; its device user has stopped by then.
                yield return Make("remove_dev_pasid(1)", from, to, [Slot.Cd1, Slot.Ste]);
            }
        }
    }

    private Slot[] AttachOrder(Attachment from, Attachment to)
    {
        var toS1 = to.Rid is RidDomain.S1A or RidDomain.S1B;
        Slot[] order = toS1
            ? rules.CdBeforeSte ? [Slot.Cd0, Slot.Ste] : [Slot.Ste, Slot.Cd0]
            : rules.CdClearedAfterSte ? [Slot.Ste, Slot.Cd0] : [Slot.Cd0, Slot.Ste];
        return from.Pasid && !rules.KeepsPasidCd ? [Slot.Cd1, .. order] : order;
    }

    private Operation Make(string name, Attachment from, Attachment to, Slot[] order)
    {
        var updates = new List<SlotUpdate>();
        foreach (var slot in order)
        {
            var (old, wanted) = (AtRest(from, slot), AtRest(to, slot));
            if (Detour(slot, from, to) is { } between)
            {
                updates.Add(Update(slot, old, between));
                old = between;
            }

            updates.Add(Update(slot, old, wanted));
        }

        return new Operation(name, from, to, [.. updates.Where(update => update.Changing != 0)]);
    }

    // An image that an entry takes on the way, where a version does not go there directly.
    private Entry<Number>? Detour(Slot slot, Attachment from, Attachment to) => slot switch
    {
        Slot.Ste => !rules.NoDetachBetween && from.Rid != to.Rid ? ste.Bypass() : null,
        Slot.Cd0 => rules.ClearsCdFirst && Cd.V.Of(AtRest(to, slot)) == 1 ? cd.Cleared() : null,
        _ => !rules.KeepsPasidCd && from.Pasid && to.Pasid ? cd.Cleared() : null,
    };

    private SlotUpdate Update(Slot slot, Entry<Number> old, Entry<Number> wanted)
    {
        EntryRules entryRules = slot == Slot.Ste ? steRules : new CdRules();
        var plan = writer.Images<Number, Truth>(entryRules, old, wanted);
        if (!Entry.Same(plan.Final, in wanted))
        {
            throw new ArgumentException($"{writer}: the writer does not reach the wanted {slot}; flows need one that does");
        }

        return new SlotUpdate(slot, plan);
    }

    /// <summary>The command that follows a write to <paramref name="slot"/>.</summary>
    public CfgiCommand After(Slot slot) => slot == Slot.Ste ? rules.AfterSte : rules.AfterCd;

    /// <summary>The SubstreamID that a command after a write to <paramref name="slot"/> names.</summary>
    public int Ssid(Slot slot) => slot == Slot.Cd1 && rules.CfgiNamesSsid ? 1 : 0;
}
