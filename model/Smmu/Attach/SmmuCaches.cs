// What the SMMU and devices may hold of entries and translations: how it grows while they fetch, and what commands take away.
//
// Arm IHI 0070 section 3.21.3 (reference smmuv3 2.1): any reachable entry may be fetched at any time and be held until its CFGI has completed; CFGI_STE drops the CDs
// that were fetched through the STE too. Sections 2.5 and 3.9: translations are held by ASID or VMID until their TLBI, and by a device's ATC until its ATC_INV.

using Verify.Smmu.Hardware;

namespace Verify.Smmu.Attach;

/// <summary>The SMMU's caches and the devices' ATCs as sets of what they may hold.</summary>
/// <param name="images">The entries.</param>
/// <param name="scope">How much there is.</param>
public sealed class SmmuCaches(EntryImages images, AttachScope scope)
{
    /// <summary>In what an access may get: an abort.</summary>
    public const int Fault = 1 << 7;

    /// <summary>
    /// Fetches and walks whatever can be: afterwards nothing more gets into a cache without a step of somebody else. Nothing where these are steps of their own
    /// (<see cref="AttachScope.Explicit"/>).
    /// </summary>
    public void Settle(ref AttachState state)
    {
        if (scope.Explicit)
        {
            return;
        }

        for (var device = 0; device < AttachState.MostDevices; device++)
        {
            for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
            {
                state.SteMay[stream] |= 1UL << state.Ste[stream];
                for (var rest = CdsFollowed(in state, stream); rest != 0; rest &= rest - 1)
                {
                    var ssid = int.TrailingZeroCount(rest);
                    state.CdMay[AttachState.CdAt(stream, ssid)] |= 1U << state.Cd[AttachState.At(device, ssid)];
                }
            }
        }

        var walked = Walked(in state);
        for (var tag = 0; tag < AttachState.Tags; tag++)
        {
            state.Tlb[tag] |= walked[tag];
        }

        for (var at = 0; at < AttachState.MostDevices * AttachState.MostSsids; at++)
        {
            state.Atc[at] |= Answered(in state, at / AttachState.MostSsids, at % AttachState.MostSsids);
        }
    }

    /// <summary>The CDs that copies of a stream's STE lead to: a bit for each SSID.</summary>
    public int CdsFollowed(in AttachState state, int stream)
    {
        var followed = 0;
        for (var rest = state.SteMay[stream]; rest != 0; rest &= rest - 1)
        {
            for (var ssid = 0; ssid < AttachState.MostSsids; ssid++)
            {
                var route = images.Route((int)ulong.TrailingZeroCount(rest), ssid);
                followed |= route.Cd >= 0 && state.HasSsid(ssid) ? 1 << route.Cd : 0;
            }
        }

        return followed;
    }

    /// <summary>The pages that walks may bring into the TLB by the copies of STEs and CDs, by tag.</summary>
    public ByTag Walked(in AttachState state)
    {
        ByTag pages = default;
        for (var device = 0; device < AttachState.MostDevices; device++)
        {
            for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
            {
                for (var rest = state.SteMay[stream]; rest != 0; rest &= rest - 1)
                {
                    Walk(in state, stream, (int)ulong.TrailingZeroCount(rest), ref pages);
                }
            }
        }

        return pages;
    }

    // Walks the tables behind a copy of an STE, and behind the copies of CDs that it leads to.
    private void Walk(in AttachState state, int stream, int ste, ref ByTag pages)
    {
        for (var ssid = 0; ssid < AttachState.MostSsids; ssid++)
        {
            if (!state.HasSsid(ssid))
            {
                continue;
            }

            var route = images.Route(ste, ssid);
            if (route.Cd >= 0)
            {
                for (var rest = state.CdMay[AttachState.CdAt(stream, route.Cd)]; rest != 0; rest &= rest - 1)
                {
                    var context = images.Context((int)uint.TrailingZeroCount(rest));
                    Fill(in state, context.Asid - 1, context.Table, ref pages);
                }
            }
            else if (route.Stage2 >= 0)
            {
                Fill(in state, StageTwoTag(in route), route.Stage2, ref pages);
            }
        }
    }

    private static int StageTwoTag(in Route route)
    {
        var tag = AttachState.MostDomains + route.Vmid - 1;
        return route.Guest ? AttachState.GuestTag(tag) : tag;
    }

    // A page that is mapped gets into the TLB, and so does whatever is found in tables that were freed.
    private static void Fill(in AttachState state, int tag, int table, ref ByTag pages)
    {
        if (table >= 0 && (state.AreTablesFreed(table) || state.Domains[table].Mapped != 0))
        {
            pages[tag] |= state.PageOf(table);
        }
    }

    /// <summary>The pages that a device with ATS on may have its translation requests for an SSID answered with; bits as in <see cref="AttachState.Atc"/>.</summary>
    public byte Answered(in AttachState state, int device, int ssid)
    {
        var pages = 0;
        for (var stream = device * 2; state.Devices[device].PciAts != 0 && stream < (device * 2) + state.Streams(device); stream++)
        {
            for (var rest = state.HasSsid(ssid) ? state.SteMay[stream] : 0; rest != 0; rest &= rest - 1)
            {
                var route = images.Route((int)ulong.TrailingZeroCount(rest), ssid);
                pages |= route.Ats switch
                {
                    Fate.Bypass => AttachState.IdentityPage,
                    Fate.Translate => Configured(in state, stream, in route, hits: true) & ~Fault,
                    _ => 0,
                };
            }
        }

        return (byte)pages;
    }

    /// <summary>
    /// What an untranslated access of a stream may get: <see cref="Fault"/>, <see cref="AttachState.IdentityPage"/>, or the tables of domains, by whichever copies of STE
    /// and CD it meets; bits as in <see cref="AttachState.Tlb"/>.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="ssid">Its SSID, 0 for none.</param>
    /// <param name="hits">Whether to look for pages in the TLB as well, and for pages only; else it is said whose tables are used.</param>
    public int Untranslated(in AttachState state, int stream, int ssid, bool hits)
    {
        var met = 0;
        for (var rest = state.SteMay[stream]; rest != 0; rest &= rest - 1)
        {
            var route = images.Route((int)ulong.TrailingZeroCount(rest), ssid);
            met |= route.Fate switch
            {
                Fate.Abort => Fault,
                Fate.Bypass => AttachState.IdentityPage,
                _ => Configured(in state, stream, in route, hits),
            };
        }

        return met;
    }

    /// <summary>What the Translated transactions of a device may reach by its ATC.</summary>
    public int Translated(in AttachState state, int device, int ssid)
    {
        var passes = false;
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            for (var rest = state.SteMay[stream]; rest != 0; rest &= rest - 1)
            {
                passes |= images.Route((int)ulong.TrailingZeroCount(rest), ssid).Translated;
            }
        }

        return passes && state.Devices[device].PciAts != 0 ? state.Atc[AttachState.At(device, ssid)] : 0;
    }

    /// <summary>Whether every copy of a device's STEs that is valid answers translation requests.</summary>
    public bool AnswersRequests(in AttachState state, int device)
    {
        var answers = true;
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            for (var rest = state.SteMay[stream]; rest != 0; rest &= rest - 1)
            {
                var ste = (int)ulong.TrailingZeroCount(rest);
                answers &= images.Route(ste, 0).Translated || images.SteKey(ste).Form == SteForm.Invalid;
            }
        }

        return answers;
    }

    /// <summary>Whether some copy of a device's STEs leads to its CD table.</summary>
    public bool FollowsCdTable(in AttachState state, int device)
    {
        var follows = false;
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            for (var rest = state.SteMay[stream]; rest != 0; rest &= rest - 1)
            {
                follows |= images.SteKey((int)ulong.TrailingZeroCount(rest)).Form is SteForm.CdTerminate or SteForm.CdBypass or SteForm.CdSsid0;
            }
        }

        return follows;
    }

    /// <summary>Whether an access of a device may be aborted with C_BAD_CD.</summary>
    public bool MeetsClearedCd(in AttachState state, int device, int ssid)
    {
        var meets = false;
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            for (var rest = state.SteMay[stream]; rest != 0; rest &= rest - 1)
            {
                var route = images.Route((int)ulong.TrailingZeroCount(rest), ssid);
                for (var copies = route.Cd < 0 ? 0 : state.CdMay[AttachState.CdAt(stream, route.Cd)]; copies != 0; copies &= copies - 1)
                {
                    meets |= !images.Context((int)uint.TrailingZeroCount(copies)).Valid;
                }
            }
        }

        return meets;
    }

    private int Configured(in AttachState state, int stream, in Route route, bool hits)
    {
        if (route.Cd < 0)
        {
            return Translation(in state, StageTwoTag(in route), route.Stage2, hits);
        }

        var met = 0;
        for (var rest = state.CdMay[AttachState.CdAt(stream, route.Cd)]; rest != 0; rest &= rest - 1)
        {
            var context = images.Context((int)uint.TrailingZeroCount(rest));
            met |= context.Valid ? Translation(in state, context.Asid - 1, context.Table, hits) : Fault;
        }

        return met;
    }

    private static int Translation(in AttachState state, int tag, int table, bool hits) =>
        hits ? state.Tlb[tag] : table >= 0 ? state.PageOf(table) : Fault;

    /// <summary>The SMMU has consumed a command and the CMD_SYNC behind it.</summary>
    public static void Consume(ref AttachState state, Command command, byte argument)
    {
        switch (command)
        {
            case Command.CfgiSte:
                state.SteMay[argument] = 0;
                state.CdMay[(argument * AttachState.MostSsids)..((argument + 1) * AttachState.MostSsids)].Clear();
                break;
            case Command.CfgiCd:
                var device = argument / AttachState.MostSsids;
                for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
                {
                    state.CdMay[AttachState.CdAt(stream, argument % AttachState.MostSsids)] = 0;
                }

                break;
            case Command.Tlbi:
                state.Tlb[argument & ~AttachModel.WithoutGuests] = 0;
                if (argument is >= AttachState.MostDomains and < 2 * AttachState.MostDomains)
                {
                    state.Tlb[AttachState.GuestTag(argument)] = 0;
                }

                break;
            case Command.AtcInv:
                for (var at = 0; at < AttachState.MostDevices * AttachState.MostSsids; at++)
                {
                    if ((argument >> at & 1) != 0)
                    {
                        state.Atc[at] = 0;
                    }
                }

                break;
        }
    }
}
