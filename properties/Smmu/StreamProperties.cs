// The properties of a stream's STE and CDs together, as the engine decides them.

using Verify.Bits;
using Verify.Engine;
using Verify.Smmu.Hardware;
using Verify.Smmu.Stream;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Transitions;
using Fate = Verify.Smmu.Hardware.Fate;
using SmmuEvent = Verify.Smmu.Hardware.Event;

namespace Verify.Properties.Smmu;

/// <summary>The properties of the stream model.</summary>
public sealed class StreamProperties
{
    private readonly StreamModel model;
    private readonly StreamFlow flow;
    private readonly Dictionary<(Attachment, Seen), Answer> atRest = [];

    private StreamProperties(StreamModel model)
    {
        this.model = model;
        flow = model.Flow;
        foreach (var attachment in flow.Attachments)
        {
            for (var access = Seen.Rid; access <= Seen.Pasid; access++)
            {
                atRest.Add((attachment, access), AtRest(attachment, access));
            }
        }
    }

    /// <summary>The properties of <paramref name="model"/>.</summary>
    public static IReadOnlyList<Property<StreamState>> Of(StreamModel model)
    {
        var properties = new StreamProperties(model);
        return
        [
            properties.OldNewOrFault(), properties.NoTransitionalIdentity(), properties.IdentityContinuity(),
            properties.RidChangeKeepsPasid(), properties.PasidChangeKeepsRid(), properties.CdValidBeforeStePoints(),
            properties.SteLeavesBeforeCdCleared(), EveryPhaseSynced(), NoStaleAtRest(), properties.AtRestAsAttached(),
            properties.EveryKindReached(), NoLostSync(),
        ];
    }

    private readonly record struct Answer(Outcome<Number, Truth> Ste, Outcome<Number, Truth>? Cd)
    {
        private Outcome<Number, Truth> Last => Cd ?? Ste;

        public bool Aborts => Last.Is(Fate.Abort).Value;

        public bool Passes => Last.Is(Fate.Bypass).Value;

        public SmmuEvent Event => (SmmuEvent)Last.Event.Value;

        public ulong Asid => Cd is { } cd ? Verify.Smmu.Tables.Cd.Asid.Of(in cd.Shape) : 0;

        public ulong Vmid => Verify.Smmu.Tables.Ste.S2Vmid.Of(Ste.Shape);

        public bool Same(Answer other) =>
            Outcome<Number, Truth>.Same(Ste, other.Ste).Value && Cd is null == other.Cd is null
            && (Cd is not { } cd || Outcome<Number, Truth>.Same(cd, other.Cd!.Value).Value);

        public override string ToString() => Cd is { } cd ? $"{CdJudge.Say(cd)} behind STE: {SteJudge.Say(Ste)}" : SteJudge.Say(Ste);
    }

    private Invariant<StreamState> OldNewOrFault() => new(
        StreamClaims.OldNewOrFault,
        (in StreamState s) => s.Seen != Seen.Nothing && s.Operation != 0,
        (in StreamState s) => Answered(in s) is var seen && (seen.Aborts || seen.Same(Before(in s)) || seen.Same(After(in s))),
        Difference("neither what it got before nor what it gets after"));

    private Invariant<StreamState> NoTransitionalIdentity() => new(
        StreamClaims.NoTransitionalIdentity,
        (in StreamState s) => s.Seen != Seen.Nothing && s.Operation != 0,
        (in StreamState s) => !Answered(in s).Passes || Before(in s).Passes || After(in s).Passes,
        Difference("IDENTITY, which it is neither before nor after"));

    private Invariant<StreamState> IdentityContinuity() => new(
        StreamClaims.IdentityContinuity,
        (in StreamState s) => s.Seen == Seen.Rid && s.Operation != 0 && IsIdentityAndPaging(Operation(in s)),
        (in StreamState s) => !Answered(in s).Aborts,
        Difference("an abort between IDENTITY and a paging domain"));

    private Invariant<StreamState> RidChangeKeepsPasid() => new(
        StreamClaims.RidChangeKeepsPasid,
        (in StreamState s) => s.Seen == Seen.Pasid && s.Operation != 0 && Operation(in s).From.Pasid && Operation(in s).To.Pasid,
        (in StreamState s) => Answered(in s) is var seen && (seen.Same(Before(in s)) || seen.Same(After(in s))),
        Difference("a disturbance of an attached PASID"));

    private Invariant<StreamState> PasidChangeKeepsRid() => new(
        StreamClaims.PasidChangeKeepsRid,
        (in StreamState s) => s.Seen == Seen.Rid && s.Operation != 0 && Operation(in s).From.Rid == Operation(in s).To.Rid,
        (in StreamState s) => Answered(in s) is var seen && (seen.Same(Before(in s)) || seen.Same(After(in s))),
        Difference("a disturbance of the RID"));

    private Invariant<StreamState> CdValidBeforeStePoints() => new(
        StreamClaims.CdValidBeforeStePoints,
        (in StreamState s) => s.Operation != 0 && s.Seen == Seen.Nothing,
        (in StreamState s) => Dangling(in s, leaving: false) is null,
        (in StreamState s) => $"the STE in memory points at {Dangling(in s, leaving: false)} for the first time, and that CD has V=0");

    private Invariant<StreamState> SteLeavesBeforeCdCleared() => new(
        StreamClaims.SteLeavesBeforeCdCleared,
        (in StreamState s) => s.Operation != 0 && s.Seen == Seen.Nothing,
        (in StreamState s) => Dangling(in s, leaving: true) is null,
        (in StreamState s) => $"the STE in memory still points at {Dangling(in s, leaving: true)}, and that CD has V=0 already");

    private static ActionProperty<StreamState> EveryPhaseSynced() => new(
        StreamClaims.EveryPhaseSynced,
        (in StreamState before, Step step, in StreamState after) => Stored(in before, in after) is not null || Ended(in before, in after),
        (in StreamState before, Step step, in StreamState after) => Stored(in before, in after) is { } slot
            ? (before.Unsynced & ~(1 << (int)slot)) == 0
            : after.Unsynced == 0,
        (in StreamState before, Step step, in StreamState after) => Ended(in before, in after)
            ? "the operation ends although a changed entry lacks its CFGI and CMD_SYNC"
            : "an entry is stored to although another changed one lacks its CFGI and CMD_SYNC");

    private static Invariant<StreamState> NoStaleAtRest() => new(
        StreamClaims.NoStaleAtRest,
        (in StreamState s) => s.Operation == 0,
        (in StreamState s) => Stale(in s) is null,
        (in StreamState s) => $"between operations the SMMU still holds an old word of {Stale(in s)}");

    private static Invariant<StreamState> NoLostSync() => new(
        StreamClaims.NoLostSync,
        (in StreamState s) => s.Operation != 0,
        (in StreamState s) => s.Phase != UpdatePhase.SyncLost,
        (in StreamState s) => "the CPU waits for a CMD_SYNC that was never queued");

    private Invariant<StreamState> AtRestAsAttached() => new(
        StreamClaims.AtRestAsAttached,
        (in StreamState s) => s.Operation == 0 && s.Seen != Seen.Nothing,
        (in StreamState s) => Means(flow.Attachments[s.Attached], s.Seen, Answered(in s)),
        (in StreamState s) => $"with {flow.Attachments[s.Attached]} attached, an access {Name(s.Seen)} gets {Answered(in s)}");

    private Reachable<StreamState> EveryKindReached() => new(
        StreamClaims.EveryKindReached,
        [
            "IDENTITY on the RID passes", "BLOCKED aborts without event", "S1 on the RID translates", "S2 on the RID translates",
            "PASID translates beside S1", "PASID translates beside IDENTITY", "PASID translates beside BLOCKED",
            "F_STREAM_DISABLED", "C_BAD_SUBSTREAMID", "C_BAD_CD", "access during an operation",
        ],
        (in StreamState s) => s.Seen == Seen.Nothing ? 0 : Goals(in s));

    private ulong Goals(in StreamState s)
    {
        var seen = Answered(in s);
        var (rid, quiet) = (flow.Attachments[s.Attached].Rid, s.Operation == 0);
        var translates = !seen.Aborts && !seen.Passes;
        var onRid = quiet && s.Seen == Seen.Rid;
        var onPasid = quiet && s.Seen == Seen.Pasid && translates;
        return Bit(0, onRid && rid == RidDomain.Identity && seen.Passes)
            | Bit(1, onRid && rid == RidDomain.Blocked && seen.Aborts && seen.Event == SmmuEvent.None)
            | Bit(2, onRid && rid == RidDomain.S1A && translates) | Bit(3, onRid && rid == RidDomain.S2 && translates)
            | Bit(4, onPasid && rid == RidDomain.S1A) | Bit(5, onPasid && rid == RidDomain.Identity)
            | Bit(6, onPasid && rid == RidDomain.Blocked) | Bit(7, seen.Event == SmmuEvent.F_STREAM_DISABLED)
            | Bit(8, seen.Event == SmmuEvent.C_BAD_SUBSTREAMID) | Bit(9, seen.Event == SmmuEvent.C_BAD_CD) | Bit(10, !quiet);
    }

    private static ulong Bit(int goal, bool met) => met ? 1UL << goal : 0;

    private StateExplanation<StreamState> Difference(string what) => (in StreamState s) =>
        $"an access {Name(s.Seen)} during {Operation(in s).Name} from {Operation(in s).From} sees {what}: it gets {Answered(in s)}; "
        + $"before {Before(in s)}; after {After(in s)}";

    private static string Name(Seen access) => access == Seen.Rid ? "without PASID" : "with PASID 1";

    private Operation Operation(in StreamState s) => flow.Operations[s.Operation - 1];

    private Answer Answered(in StreamState s)
    {
        var (ste, cd) = model.Access(in s, s.Seen)!.Value;
        return new Answer(ste, cd);
    }

    private Answer Before(in StreamState s) => atRest[(Operation(in s).From, s.Seen)];

    private Answer After(in StreamState s) => atRest[(Operation(in s).To, s.Seen)];

    private Answer AtRest(Attachment attachment, Seen access)
    {
        var ste = flow.AtRest(attachment, Slot.Ste);
        var (outcome, slot) = model.Route(in ste, access);
        return new Answer(outcome, slot is { } cd
            ? CdBehaviour.Of(flow.Platform.Smmu, flow.AtRest(attachment, cd), Ste.S1Stalld.Is<Number, Truth>(in ste, 1))
            : null);
    }

    private static bool IsIdentityAndPaging(Operation operation)
    {
        var (from, to) = (operation.From.Rid, operation.To.Rid);
        return (from == RidDomain.Identity && IsPaging(to)) || (IsPaging(from) && to == RidDomain.Identity);
    }

    private static bool IsPaging(RidDomain rid) => rid is RidDomain.S1A or RidDomain.S1B or RidDomain.S2;

    // A CD that the STE in memory points at although it has V=0: one that the operation makes it point at, or one that it takes it away from.
    private string? Dangling(in StreamState s, bool leaving)
    {
        var operation = Operation(in s);
        for (var access = Seen.Rid; access <= (leaving ? Seen.Rid : Seen.Pasid); access++)
        {
            var points = model.Route(in s.Memory[(int)Slot.Ste], access).Cd;
            var elsewhere = model.Route(flow.AtRest(leaving ? operation.To : operation.From, Slot.Ste), access).Cd;
            var concerned = access == Seen.Rid || operation.To.Pasid;
            if (concerned && points is { } cd && elsewhere is null && Cd.V.Of(in s.Memory[(int)cd]) == 0
                && (leaving || model.Route(flow.AtRest(operation.To, Slot.Ste), access).Cd is not null))
            {
                return cd == Slot.Cd0 ? "CD 0" : "CD 1";
            }
        }

        return null;
    }

    private static Slot? Stored(in StreamState before, in StreamState after)
    {
        for (var slot = Slot.Ste; slot <= Slot.Cd1; slot++)
        {
            if (!Entry.Same(in before.Memory[(int)slot], in after.Memory[(int)slot]))
            {
                return slot;
            }
        }

        return null;
    }

    private static bool Ended(in StreamState before, in StreamState after) => before.Operation != 0 && after.Operation == 0;

    private static string? Stale(in StreamState s)
    {
        for (var slot = Slot.Ste; slot <= Slot.Cd1; slot++)
        {
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                if ((s.Present[(int)slot] >> word & 1) != 0 && s.Cached[(int)slot][word] != s.Memory[(int)slot][word])
                {
                    return slot switch { Slot.Ste => "the STE", Slot.Cd0 => "CD 0", _ => "CD 1" };
                }
            }
        }

        return null;
    }

    private static bool Means(Attachment attachment, Seen access, Answer seen)
    {
        if (access == Seen.Pasid)
        {
            return attachment.Pasid ? seen.Asid == StreamFlow.PasidAsid && !seen.Aborts : seen.Aborts;
        }

        return attachment.Rid switch
        {
            RidDomain.Blocked => seen.Aborts,
            RidDomain.Identity => seen.Passes,
            RidDomain.S2 => !seen.Aborts && !seen.Passes && seen.Cd is null && seen.Vmid == StreamFlow.S2Vmid,
            _ => !seen.Aborts && seen.Asid == (attachment.Rid == RidDomain.S1A ? StreamFlow.AsidA : StreamFlow.AsidB),
        };
    }
}
