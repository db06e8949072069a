// Stages of what is done to a domain: unmap, domain_free, and the release notifier of an mm.

using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

public readonly partial struct AttachModel
{
    // Unmap, domain_free and the release notifier.
    private void DoForDomain(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        var number = busy.New - Paging;
        ref var domain = ref state.Domains[Math.Max(0, number)];
        switch (stage)
        {
            case Stage.ClearPte:
                domain.Mapped = 0;
                break;
            case Stage.ReadNrAts when domain.NrAts == 0:
                SkipWalk(ref state, cpu);
                return;
            case Stage.WalkList:
                busy.Snapshot = Walked(in state, domain.List);
                break;
            case Stage.ReadInvs:
                busy.Snapshot = domain.InvAts;
                busy.From = (byte)(domain.InvTag != 0 ? 1 : 0);
                break;
            case Stage.FreeTables:
                Age(ref state, number);
                domain.Life = DomainLife.Free;
                domain.Mapped = 0;
                break;
            case Stage.FreeTag:
                domain.Tag |= GivenBack;
                break;
            case Stage.FreeMmTables:
                Age(ref state, number);
                domain.Life = DomainLife.MmGone;
                domain.Mapped = 0;
                break;
        }

        Advance(ref state, cpu);
    }

    // Nobody does ATS: the list is not walked.
    private void SkipWalk(ref AttachState state, int cpu)
    {
        ref var busy = ref state.Cpus[cpu];
        busy.Snapshot = 0;
        busy.Stage++;
        Advance(ref state, cpu);
    }

    private byte Walked(in AttachState state, byte list)
    {
        for (var device = 0; rules.WalkChecksMasterAts && device < MostDevices; device++)
        {
            for (var ssid = 0; state.Devices[device].MasterAts == 0 && ssid < MostSsids; ssid++)
            {
                list &= (byte)~(Member(device, ssid, false) | Member(device, ssid, true));
            }
        }

        return list;
    }

    // What is still held of a domain is of a former life from now on.
    private static void Age(ref AttachState state, int domain)
    {
        if (domain < 0 || state.AreTablesFreed(domain))
        {
            return;
        }

        var (now, former) = (1 << domain, 1 << (MostDomains + domain));
        foreach (ref var held in state.Tlb)
        {
            held = (byte)((held & now) == 0 ? held : (held & ~now) | former);
        }

        foreach (ref var held in state.Atc)
        {
            held = (byte)((held & now) == 0 ? held : (held & ~now) | former);
        }
    }
}
