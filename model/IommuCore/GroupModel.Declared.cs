// What is interchangeable: devices, whose order is in the group's list and nowhere else, and the users' domains.

using Verify.Transitions;

namespace Verify.Model.IommuCore;

/// <content>Whatever belongs to a device or refers to a domain is renamed with it.</content>
public readonly partial struct GroupModel : ISymmetricSystem<GroupState>
{
    /// <inheritdoc/>
    public IReadOnlyList<IndexSet> Symmetries => [new("devices", _devices), new("domains of users", _users.Length)];

    /// <inheritdoc/>
    public void Rename(in GroupState state, int set, ReadOnlySpan<byte> names, ref GroupState renamed)
    {
        if (set == 0)
        {
            RenameDevices(in state, names, ref renamed);
        }
        else if (names[0] != 0)
        {
            SwapDomains(in state, ref renamed);
        }
    }

    /// <inheritdoc/>
    public ulong Signature(in GroupState state, int set, int index)
    {
        ref readonly GroupCore core = ref state.Core;
        if (set == 0)
        {
            int place = 0;
            while (place < GroupCore.MostDevices && core.List[place] != index + 1)
            {
                place++;
            }
            return (uint)place | ((ulong)state.Kinds[index] << 8) | ((ulong)core.Gdevs[index] << 16) | ((ulong)core.Depth[index] << 24) | ((ulong)state.Bound[index] << 32);
        }
        int domain = Dom.A + index;
        ulong at = core.Domain == domain ? 1UL : 0;
        at |= core.IsAlive(domain) ? 2UL : 0;
        at |= core.Call.Domain == domain ? 4UL : 0;
        at |= core.Call.From == domain ? 8UL : 0;
        at |= state.View[0] == domain ? 16UL : 0;
        at |= state.View[1] == domain ? 32UL : 0;
        at |= state.FaultHandle == domain ? 64UL : 0;
        return at;
    }

    private static void RenameDevices(in GroupState state, ReadOnlySpan<byte> names, ref GroupState renamed)
    {
        renamed.Strays = 0;
        for (int device = 0; device < names.Length; device++)
        {
            int to = names[device];
            renamed.Strays |= (byte)(state.Strayed(device) ? 1 << to : 0);
            renamed.Core.Gdevs[to] = state.Core.Gdevs[device];
            renamed.Core.Depth[to] = state.Core.Depth[device];
            renamed.Core.Saved[to] = state.Core.Saved[device];
            renamed.Kinds[to] = state.Kinds[device];
            renamed.Good[to] = state.Good[device];
            renamed.Bound[to] = state.Bound[device];
            renamed.Late[to] = state.Late[device];
            for (int slot = 0; slot < GroupCore.MostSlots; slot++)
            {
                renamed.Hardware[GroupState.Entry(to, slot)] = state.Of(device, slot);
            }
        }
        for (int place = 0; place < GroupCore.MostDevices; place++)
        {
            renamed.Core.List[place] = Pointed(state.Core.List[place], names);
        }
        renamed.Core.Call.Device = Pointed(state.Core.Call.Device, names);
        renamed.FaultDevice = Pointed(state.FaultDevice, names);
        renamed.Deferring = Pointed(state.Deferring, names);
        renamed.WaitDevice = Pointed(state.WaitDevice, names);
    }

    private static byte Pointed(byte device, ReadOnlySpan<byte> names) => device == 0 || device > names.Length ? device : (byte)(names[device - 1] + 1);

    private static void SwapDomains(in GroupState state, ref GroupState renamed)
    {
        for (int device = 0; device < GroupCore.MostDevices; device++)
        {
            renamed.Good[device] = SwappedBits(state.Good[device]);
            renamed.Core.Saved[device] = Swapped(state.Core.Saved[device]);
        }
        for (int entry = 0; entry < GroupCore.MostDevices * GroupCore.MostSlots; entry++)
        {
            renamed.Hardware[entry] = Swapped(state.Hardware[entry]);
        }
        for (int slot = 0; slot < GroupCore.MostSlots; slot++)
        {
            byte cell = state.Core.Slots[slot];
            renamed.Core.Slots[slot] = (byte)((cell & ~0x0f) | Swapped(Cell.Domain(cell)));
            renamed.View[slot] = Swapped(state.View[slot]);
        }
        renamed.Core.Alive = SwappedBits(state.Core.Alive);
        renamed.Core.Domain = Swapped(state.Core.Domain);
        Call c = state.Core.Call;
        renamed.Core.Call.Domain = Swapped(c.Domain);
        renamed.Core.Call.Target = Swapped(c.Target);
        renamed.Core.Call.Old = Swapped(c.Old);
        renamed.Core.Call.From = Swapped(c.From);
        renamed.FaultRaised = Swapped(state.FaultRaised);
        renamed.FaultHandle = Swapped(state.FaultHandle);
        renamed.WaitDomain = Swapped(state.WaitDomain);
    }

    private static byte Swapped(byte domain) => domain switch { Dom.A => Dom.B, Dom.B => Dom.A, _ => domain };

    private static byte SwappedBits(byte bits)
    {
        byte others = (byte)(bits & ~(Dom.Bit(Dom.A) | Dom.Bit(Dom.B)));
        return (byte)(others | ((bits & Dom.Bit(Dom.A)) != 0 ? Dom.Bit(Dom.B) : 0) | ((bits & Dom.Bit(Dom.B)) != 0 ? Dom.Bit(Dom.A) : 0));
    }
}
