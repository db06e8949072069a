// What SMMU and devices do of their own accord, step by step: fetches, walks, translation requests and accesses.
//
// Each step but an access adds one member to one set of what may be held; an access changes nothing, and shows what it gets. What each may bring is what SmmuCaches says.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

/// <content>Moves of hardware, where <see cref="AttachScope.Explicit"/> makes them steps.</content>
public readonly partial struct AttachModel : IUnfoldedSystem<AttachState>
{
    /// <summary>Steps of SMMU and devices: without <see cref="AttachScope.Explicit"/> they are taken at once.</summary>
    public bool IsImplied(Step step) => AttachText.IsHardware((AttachAct)step.Kind);

    /// <summary>Whether nobody can go on: no CPU, nobody above them, and the command queue is empty. What hardware fetches helps nobody.</summary>
    public bool IsStuck(in AttachState state)
    {
        if (IsFinal(in state))
        {
            return false;
        }

        AttachState scratch = default;
        var tried = new Tried(ref scratch);
        Drive(in state, ref tried);
        return tried.Count == 0;
    }

    private void MoveHardware<TSink>(in AttachState state, ref TSink sink)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        for (var stream = 0; stream < MostStreams; stream++)
        {
            if (stream % 2 < state.Streams(stream / 2))
            {
                Fetch(in state, ref sink, stream);
            }
        }

        Walk(in state, ref sink);
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; state.Has(device) && ssid < MostSsids; ssid++)
            {
                if (state.HasSsid(ssid))
                {
                    RequestTranslation(in state, ref sink, device, ssid);
                    Read(in state, ref sink, device, ssid);
                }
            }
        }
    }

    private void Fetch<TSink>(in AttachState state, ref TSink sink, int stream)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        if ((state.SteMay[stream] >> state.Ste[stream] & 1) == 0)
        {
            sink.From(in state).SteMay[stream] |= 1UL << state.Ste[stream];
            sink.Add(new HardwareMove(AttachAct.FetchSte, stream).ToStep());
        }

        for (var rest = _caches.CdsFollowed(in state, stream); rest != 0; rest &= rest - 1)
        {
            var ssid = int.TrailingZeroCount(rest);
            var image = 1U << state.Cd[At(stream / 2, ssid)];
            if ((state.CdMay[CdAt(stream, ssid)] & image) == 0)
            {
                sink.From(in state).CdMay[CdAt(stream, ssid)] |= image;
                sink.Add(new HardwareMove(AttachAct.FetchCd, stream, ssid).ToStep());
            }
        }
    }

    private void Walk<TSink>(in AttachState state, ref TSink sink)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        var walked = _caches.Walked(in state);
        for (var tag = 0; tag < Tags; tag++)
        {
            for (var rest = walked[tag] & ~state.Tlb[tag]; rest != 0; rest &= rest - 1)
            {
                var page = rest & -rest;
                sink.From(in state).Tlb[tag] |= (byte)page;
                sink.Add(new HardwareMove(AttachAct.Walk, tag, 0, page).ToStep());
            }
        }
    }

    private void RequestTranslation<TSink>(in AttachState state, ref TSink sink, int device, int ssid)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        for (var rest = _caches.Answered(in state, device, ssid) & ~state.Atc[At(device, ssid)]; rest != 0; rest &= rest - 1)
        {
            var page = rest & -rest;
            sink.From(in state).Atc[At(device, ssid)] |= (byte)page;
            sink.Add(new HardwareMove(AttachAct.AtsRequest, device * 2, ssid, page).ToStep());
        }
    }

    private void Read<TSink>(in AttachState state, ref TSink sink, int device, int ssid)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        const int Pages = IdentityPage - 1;
        ReadBy(in state, ref sink, device * 2, ssid, Way.Atc, _caches.Translated(in state, device, ssid));
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            ReadBy(in state, ref sink, stream, ssid, Way.Tlb, _caches.Untranslated(in state, stream, ssid, hits: true) & Pages);
            ReadBy(in state, ref sink, stream, ssid, Way.Tables, _caches.Untranslated(in state, stream, ssid, hits: false));
        }
    }

    private static void ReadBy<TSink>(in AttachState state, ref TSink sink, int stream, int ssid, Way way, int met)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        for (var rest = met; rest != 0; rest &= rest - 1)
        {
            sink.From(in state);
            sink.Add(new HardwareMove(AttachAct.Read, stream, ssid, rest & -rest, way).ToStep());
        }
    }

    // Counts steps, and keeps none.
    private ref struct Tried(ref AttachState scratch) : ISink<AttachState>
    {
        private readonly ref AttachState _scratch = ref scratch;

        public int Count { get; private set; }

        public readonly ref AttachState From(in AttachState state)
        {
            _scratch = state;
            return ref _scratch;
        }

        public void Add(Step step) => Count++;
    }
}
