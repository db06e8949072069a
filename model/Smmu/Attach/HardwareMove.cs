// The moves of SMMU and devices as steps: how they are packed, and what is in them.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

/// <summary>What an access goes by.</summary>
public enum Way : byte
{
    /// <summary>Copies of STE and CD, and the tables that they lead to.</summary>
    Tables,

    /// <summary>The same copies, and a translation that the TLB holds by their tag.</summary>
    Tlb,

    /// <summary>A translation that the device's ATC holds.</summary>
    Atc,
}

/// <summary>
/// A move of hardware. Its step has in B the stream, of a device its first one, or for a walk the tag, with the SSID from bit 4 on; in C what is met, bits as in
/// <see cref="AttachState.Tlb"/> and <see cref="SmmuCaches.Fault"/>, with the way from bit 8 on.
/// </summary>
/// <param name="Act">Which one.</param>
/// <param name="Place">The stream, or for a walk the tag.</param>
/// <param name="Ssid">The SSID, if it is about one.</param>
/// <param name="Met">What comes into a cache, or what an access gets: one bit.</param>
/// <param name="Way">What an access goes by.</param>
public readonly record struct HardwareMove(AttachAct Act, int Place, int Ssid = 0, int Met = 0, Way Way = Way.Tables)
{
    /// <summary>The device whose stream it is.</summary>
    public int Device => Place / 2;

    /// <summary>The move of a step that is one.</summary>
    public static HardwareMove Of(Step step) => new((AttachAct)step.Kind, step.B & 0xf, step.B >> 4, step.C & 0xff, (Way)(step.C >> 8));

    /// <summary>The step.</summary>
    public Step ToStep() => new((ushort)Act, 0, (short)(Place | (Ssid << 4)), (short)(Met | ((int)Way << 8)));

    /// <summary>In the field's words.</summary>
    /// <param name="before">The state in which it is made.</param>
    /// <param name="images">The entries.</param>
    public ActionText Say(in AttachState before, EntryImages images)
    {
        var name = AttachText.NamesWithHardware[(int)Act];
        switch (Act)
        {
            case AttachAct.FetchSte:
                var ste = AttachText.Ste(images.SteKey(before.Ste[Place]));
                return new ActionText("SMMU", name, ("stream", AttachText.Stream(Place)), ("image", ste)) { From = AttachText.Memory };
            case AttachAct.FetchCd:
                var cd = AttachText.Cd(images.CdKey(before.Cd[At(Device, Ssid)]));
                return new ActionText("SMMU", name, ("stream", AttachText.Stream(Place)), ("ssid", $"{Ssid}"), ("image", cd)) { From = AttachText.Memory };
            case AttachAct.Walk:
                return new ActionText("SMMU", name, ("tag", AttachText.Tag(Place)), ("result", Result(in before))) { From = AttachText.Memory };
            default:
                return SayOfDevice(in before, name);
        }
    }

    private ActionText SayOfDevice(in AttachState before, string name)
    {
        var arguments = new List<(string, string)>();
        if (Act == AttachAct.Read && Way != Way.Atc && before.Streams(Device) > 1)
        {
            arguments.Add(("stream", AttachText.Stream(Place)));
        }

        if (Ssid != 0)
        {
            arguments.Add(("pasid", $"{Ssid}"));
        }

        if (Act == AttachAct.Read && Way != Way.Tables)
        {
            arguments.Add(("hits", Way == Way.Atc ? "ATC" : "TLB"));
        }

        arguments.Add(("result", Result(in before)));
        var reachesMemory = Act == AttachAct.Read && Met != SmmuCaches.Fault;
        return new ActionText($"dev{Device}", name, [.. arguments]) { To = reachesMemory ? AttachText.Memory : "SMMU" };
    }

    // What is met, in words: whose page, or that of a former life; IDENTITY; a fault.
    private string Result(in AttachState before)
    {
        if (Met is SmmuCaches.Fault or IdentityPage)
        {
            return Met == IdentityPage ? "IDENTITY" : "fault";
        }

        var page = int.TrailingZeroCount(Met);
        var domain = page % MostDomains;
        var name = $"domain \"{AttachText.Letter(domain)}\"";
        var byTables = Act == AttachAct.Read && Way == Way.Tables;
        return page >= MostDomains ? $"{(byTables ? "freed tables" : "former pages")} of {name}"
            : before.Domains[domain].Mapped == 0 ? $"{(byTables ? "no page" : "unmapped page")} of {name}"
            : name;
    }
}
