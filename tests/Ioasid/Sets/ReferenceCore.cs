// What the repaired IOASID core is meant to do, written again and as simply as possible: dictionaries and counters, one call after the other.

using Verify.Model.Ioasid.Sets;

namespace Verify.Tests.Ioasid.Sets;

/// <summary>A set of the reference.</summary>
internal sealed class ReferenceSet
{
    /// <summary>"mm0", or "NULL".</summary>
    public required string Token { get; init; }

    public required int Quota { get; set; }

    public int Users { get; set; } = 1;

    public bool Ends { get; set; }

    public HashSet<Subscriber> Subscribers { get; } = [];
}

/// <summary>An IOASID of the reference that is not in the pool.</summary>
internal sealed class ReferenceId
{
    public required int Set { get; init; }

    public int? Spid { get; set; }

    public bool IsBound { get; set; }

    public bool IsPending { get; set; }

    public bool HasWork { get; set; }

    public HashSet<string> Holders { get; } = ["allocation"];
}

/// <summary>The reference. Calls return what the kernel would: "0", an errno, "true".</summary>
/// <param name="capacity">How many IOASIDs can be allocated.</param>
internal sealed class ReferenceCore(int capacity)
{
    private readonly HashSet<string> _registered = [];

    public Dictionary<int, ReferenceSet> Sets { get; } = [];

    public Dictionary<int, ReferenceId> Ids { get; } = [];

    /// <summary>mm that KVM has registered for.</summary>
    public IReadOnlySet<string> Registered => _registered;

    public int Left => capacity - Sets.Values.Sum(set => set.Quota);

    public string SetAlloc(string token, int quota, int slot, int slots)
    {
        if (quota > Left)
        {
            return "-ENOSPC";
        }
        if (token != "NULL" && Sets.Values.Any(set => set.Token == token))
        {
            return "-EEXIST";
        }
        if (quota == 0)
        {
            return "-EINVAL";
        }
        if (Sets.Count == slots)
        {
            return "-ENOSPC";
        }
        var made = new ReferenceSet { Token = token, Quota = quota };
        if (_registered.Contains(token))
        {
            made.Subscribers.Add(Subscriber.Kvm);
        }
        Sets.Add(slot, made);
        return "0";
    }

    public string SetGet(int slot)
    {
        Sets[slot].Users++;
        return "0";
    }

    public string SetPut(int slot)
    {
        ReferenceSet set = Sets[slot];
        if (--set.Users > 0)
        {
            return "false";
        }
        set.Ends = true;
        foreach (int id in Ids.Where(each => each.Value.Set == slot && !each.Value.IsPending).Select(each => each.Key).ToArray())
        {
            Release(id);
        }
        EndIfEmpty(slot);
        return "true";
    }

    public string SetAdjust(int slot, int quota)
    {
        if (Members(slot) > quota)
        {
            return "-EINVAL";
        }
        if (quota - Sets[slot].Quota > Left)
        {
            return "-ENOSPC";
        }
        Sets[slot].Quota = quota;
        return "0";
    }

    public string RegisterMm(string mm)
    {
        ReferenceSet? set = Sets.Values.FirstOrDefault(each => each.Token == mm);
        if (_registered.Contains(mm) || (set != null && Members(Sets.First(each => each.Value == set).Key) > 0))
        {
            return "-EBUSY";
        }
        _registered.Add(mm);
        set?.Subscribers.Add(Subscriber.Kvm);
        return "0";
    }

    public string UnregisterMm(string mm)
    {
        if (!_registered.Remove(mm))
        {
            return "logged, nothing done";
        }
        Sets.Values.FirstOrDefault(each => each.Token == mm)?.Subscribers.Remove(Subscriber.Kvm);
        return "0";
    }

    public string Register(int slot) => !IsLive(slot) ? "-EINVAL" : Sets[slot].Subscribers.Add(Subscriber.Vdcm) ? "0" : "-EBUSY";

    public string Unregister(int slot) => !IsLive(slot) ? "-EINVAL" : Sets[slot].Subscribers.Remove(Subscriber.Vdcm) ? "0" : "logged, nothing done";

    /// <param name="slot">The set.</param>
    /// <param name="id">The IOASID that is given out, or null where memory runs out.</param>
    public string Alloc(int slot, int? id)
    {
        if (id is not { } given || Members(slot) >= Sets[slot].Quota)
        {
            return "INVALID_IOASID";
        }
        Ids.Add(given, new ReferenceId { Set = slot });
        return $"{given}";
    }

    public string Free(int slot, int id)
    {
        if (!Ids.TryGetValue(id, out ReferenceId? found) || found.Set != slot || found.IsPending)
        {
            return "logged, nothing done";
        }
        Release(id);
        return "0";
    }

    public string Get(int slot, int id, string holder)
    {
        if (!Ids.TryGetValue(id, out ReferenceId? found))
        {
            return "-EINVAL";
        }
        if (found.IsPending)
        {
            return "-EBUSY";
        }
        if (found.Set != slot)
        {
            return "-EACCES";
        }
        found.Holders.Add(holder);
        return "0";
    }

    public string Put(int id, string holder)
    {
        ReferenceId found = Ids[id];
        found.Holders.Remove(holder);
        if (found.Holders.Count > 0)
        {
            return "false";
        }
        Ids.Remove(id);
        EndIfEmpty(found.Set);
        return "true";
    }

    public string Work(int id)
    {
        Ids[id].HasWork = false;
        return Put(id, "VDCM");
    }

    public string AttachSpid(int id, int spid)
    {
        if (!Ids.TryGetValue(id, out ReferenceId? found))
        {
            return "-ENOENT";
        }
        if (found.IsPending)
        {
            return "-EBUSY";
        }
        if (Ids.Values.Any(other => other.Set == found.Set && other.Spid == spid))
        {
            return "-EINVAL";
        }
        (found.Spid, found.IsBound) = (spid, true);
        if (Hears(found, Subscriber.Kvm))
        {
            found.Holders.Add("KVM");
        }
        return "0";
    }

    public string DetachSpid(int id)
    {
        if (!Ids.TryGetValue(id, out ReferenceId? found) || found.Spid is null)
        {
            return "logged, nothing done";
        }
        if (Hears(found, Subscriber.Kvm))
        {
            Drop(id, "KVM");
        }
        found.Spid = null;
        return "0";
    }

    public string FindBySpid(int slot, int spid, string holder)
    {
        foreach ((int id, ReferenceId each) in Ids)
        {
            if (each.Set == slot && each.Spid == spid && !each.IsPending)
            {
                each.Holders.Add(holder);
                return $"{id}";
            }
        }
        return "INVALID_IOASID";
    }

    private void Release(int id)
    {
        ReferenceId found = Ids[id];
        found.IsPending = true;
        found.Spid = null;
        if (Hears(found, Subscriber.Vdcm) && found.Holders.Contains("VDCM"))
        {
            found.HasWork = true;
        }
        if (Hears(found, Subscriber.Kvm))
        {
            Drop(id, "KVM");
        }
        Drop(id, "allocation");
    }

    private void Drop(int id, string holder)
    {
        if (Ids.TryGetValue(id, out ReferenceId? found) && found.Holders.Contains(holder))
        {
            Put(id, holder);
        }
    }

    private void EndIfEmpty(int slot)
    {
        if (Sets.TryGetValue(slot, out ReferenceSet? set) && set.Ends && Members(slot) == 0)
        {
            Sets.Remove(slot);
        }
    }

    private bool IsLive(int slot) => Sets.TryGetValue(slot, out ReferenceSet? set) && !set.Ends;

    private bool Hears(ReferenceId id, Subscriber who) => Sets[id.Set].Subscribers.Contains(who);

    private int Members(int slot) => Ids.Values.Count(id => id.Set == slot);
}
