// Between which domains a RID can be changed without an abort, whoever writes the entries.

using Verify.Bits;
using Verify.Smmu.Attach;
using Verify.Smmu.Hardware;
using static Verify.Smmu.Attach.AttachState;
using CdTable = Verify.Smmu.Tables.Cd;
using SteTable = Verify.Smmu.Tables.Ste;

namespace Verify.Properties.Smmu.Attach;

/// <summary>
/// Looks for an order of single stores, each synced, with which the STE, or CD 0, behaves as before or as wanted all the time (<see cref="HitlessOrder"/>). ATS does not count:
/// it is off at the device while EATS changes.
/// </summary>
/// <param name="model">The model.</param>
internal sealed class AttachHitless(AttachModel model)
{
    private const sbyte Possible = 1;
    private const sbyte Impossible = -1;

    // By number of the entry before and of the one wanted; 0 where nobody has asked yet.
    private readonly sbyte[,] _stes = new sbyte[model.Images.Stes, model.Images.Stes];
    private readonly sbyte[,] _cds = new sbyte[model.Images.Cds, model.Images.Cds];

    /// <summary>Whether the change of a RID between two domains that both translate can be hitless.</summary>
    /// <param name="state">The state.</param>
    /// <param name="busy">Who makes it.</param>
    public bool IsPossible(in AttachState state, in Cpu busy)
    {
        var (before, wanted) = (Ste(in state, busy.Device, busy.Old), Ste(in state, busy.Device, busy.New));
        return IsPossibleSte(before, wanted)
            && (Cd(in state, busy.Old) is not { } from || Cd(in state, busy.New) is not { } to || IsPossibleCd(from, to));
    }

    private int Ste(in AttachState state, int device, byte rid) =>
        model.SteFor(in state, rid, state.Devices[device].UsedSsids > 0, state.Devices[device].CanAts != 0);

    private int? Cd(in AttachState state, byte rid) => rid >= Paging && state.Domains[rid - Paging].Kind == DomainKind.S1
        ? model.Images.Number(new CdKey(CdForm.S1, rid - Paging, state.Domains[rid - Paging].Tag)) : null;

    private bool IsPossibleSte(int from, int to)
    {
        ref var known = ref _stes[from, to];
        if (known == 0)
        {
            var (before, wanted) = (model.Images.Image(model.Images.SteKey(from)), model.Images.Image(model.Images.SteKey(to)));
            known = Find(SteTable.Layout, before, wanted, (in Entry<Number> one, in Entry<Number> other) =>
                Accesses(in one).SequenceEqual(Accesses(in other)));
        }

        return known == Possible;
    }

    private bool IsPossibleCd(int from, int to)
    {
        ref var known = ref _cds[from, to];
        if (known == 0)
        {
            var (before, wanted) = (model.Images.Image(model.Images.CdKey(from)), model.Images.Image(model.Images.CdKey(to)));
            known = Find(CdTable.Layout, before, wanted, (in Entry<Number> one, in Entry<Number> other) =>
                model.Images.ContextOf(in one) == model.Images.ContextOf(in other));
        }

        return known == Possible;
    }

    private static sbyte Find(Layout layout, Entry<Number> before, Entry<Number> wanted, Likeness alike) =>
        HitlessOrder.Find(layout, before, wanted, 1, (in Entry<Number> image, bool target) => alike(in image, target ? wanted : before)) != null ? Possible : Impossible;

    // Without ATS.
    private IEnumerable<Route> Accesses(in Entry<Number> ste) => model.Images.RoutesOf(in ste).Select(route => route with { Ats = Fate.Abort, Translated = false });

    private delegate bool Likeness(in Entry<Number> one, in Entry<Number> other);
}
