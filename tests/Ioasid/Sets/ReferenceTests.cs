// Random operations of several actors on the repaired core, beside the reference: every result, and every state in which no call is under way.

using FsCheck;
using FsCheck.Fluent;
using Verify.Model.Ioasid;
using Verify.Model.Ioasid.Sets;
using Verify.Tests.Engine.Driven;
using Verify.Transitions;
using Xunit;
using Xunit.Sdk;

namespace Verify.Tests.Ioasid.Sets;

public class ReferenceTests
{
    private static readonly IoasidScope[] _sizes = [new(2, 1, 1, 1, 0, 1), new(2, 2, 1, 2, 0, 2), new(3, 2, 2, 2, 0, 2), new(3, 3, 3, 3, 0, 2)];

    [Fact]
    public void The_repaired_core_does_what_the_reference_does() => Seeds.Check(Prop.ForAll(Runs(SetRules.Repaired), AgreesLabelled), cases: 400);

    // The comparison can fail: each of these versions differs from the reference within a few hundred runs.
    [Theory]
    [InlineData("set")]
    [InlineData("pending")]
    [InlineData("spid")]
    [InlineData("adjust")]
    [InlineData("blind")]
    [InlineData("order")]
    public void Another_version_does_not(string version)
    {
        SetRules rules = version switch
        {
            "set" => SetRules.Repaired with { ChecksSet = false },
            "pending" => SetRules.Repaired with { GetRefusesPending = false },
            "spid" => SetRules.Repaired with { SpidIsUnique = false },
            "adjust" => SetRules.Repaired with { AdjustTestsGrowth = false },
            "blind" => SetRules.Repaired with { HandlersPutBlindly = true },
            _ => SetRules.Repaired with { FreeReleasesSpid = false },
        };
        string message = Assert.Throws<XunitException>(() => Seeds.Check(Prop.ForAll(Runs(rules), AgreesLabelled), cases: 20_000)).Message;
        Assert.Contains("reference", message);
    }

    private static Arbitrary<Driven<SetModel, SetsState>> Runs(SetRules rules) => Drive.Sequences<SetModel, SetsState>(
        Gen.Choose(0, _sizes.Length - 1).Select(size => Scope(rules, size)), most: 120);

    private static Scope<SetModel> Scope(SetRules rules, int size) =>
        new($"{_sizes[size]}", new SetModel(rules, _sizes[size]), size == 0 ? [] : [Scope(rules, size - 1)]);

    private static Property AgreesLabelled(Driven<SetModel, SetsState> driven) => Difference(driven) is { } difference ? false.Label(difference) : true.ToProperty();

    // Where the model and the reference part, or null.
    private static string? Difference(Driven<SetModel, SetsState> driven)
    {
        SetModel model = driven.Scope.Model;
        var reference = new ReferenceCore(model.Scope.Ids);
        for (int i = 1; i < driven.Run.Count; i++)
        {
            (SetsState before, SetsState after) = (driven.Run[i - 1].State, driven.Run[i].State);
            Step step = driven.Run[i].Step;
            string said = SetActions.Say(in before, model, step).Arguments.LastOrDefault(argument => argument.Name == "result").Value ?? "";
            if (Answer(reference, model, step, said) is { } answer && answer != said)
            {
                return $"step {i}: {SetActions.Names[step.Kind]} returns {said}, the reference says {answer}";
            }
            if (after.Core.Job.Call == JobCall.None && Text(reference, model.Scope) is var wanted && Text(in after.Core, model.Scope) is var found && wanted != found)
            {
                return $"after step {i} the reference has\n{wanted}\nand not\n{found}";
            }
        }
        return null;
    }

    // What the reference answers, having done it as well; null for steps within a call.
    private static string? Answer(ReferenceCore reference, SetModel model, Step step, string said) => (SetAct)step.Kind switch
    {
        // Where memory runs out nothing is done, in the reference as well.
        SetAct.SetAlloc => said == "-ENOMEM" ? null : reference.SetAlloc(step.A < 0 ? "NULL" : $"mm{step.A}", step.B & 0xff, step.B >> 8, model.Scope.Sets),
        SetAct.SetGet => reference.SetGet(step.A),
        SetAct.SetPut => reference.SetPut(step.A),
        SetAct.SetAdjust => reference.SetAdjust(step.A, step.B),
        SetAct.RegisterMm => reference.RegisterMm($"mm{step.A}"),
        SetAct.UnregisterMm => reference.UnregisterMm($"mm{step.A}"),
        SetAct.Register => reference.Register(step.A),
        SetAct.Unregister => reference.Unregister(step.A),
        SetAct.Alloc => reference.Alloc(step.A, step.B < 0 ? null : step.B),
        SetAct.AllocWithoutMap => "INVALID_IOASID",
        SetAct.Free => reference.Free(step.A, step.B),
        SetAct.Get => reference.Get(step.A, step.B, "VDCM"),
        SetAct.KvmGet => reference.Get(step.A, step.B, "KVM"),
        SetAct.Put => reference.Put(step.A, "VDCM"),
        SetAct.KvmPut => reference.Put(step.A, "KVM"),
        SetAct.Work => reference.Work(step.A),
        SetAct.AttachSpid => reference.AttachSpid(step.A, step.B),
        SetAct.DetachSpid => reference.DetachSpid(step.A),
        SetAct.FindBySpid => reference.FindBySpid(step.A & 0xff, step.A >> 8, "VDCM"),
        SetAct.KvmFind => reference.FindBySpid(step.A & 0xff, step.A >> 8, "KVM"),
        _ => null,
    };

    private static string Text(ReferenceCore reference, IoasidScope scope)
    {
        IEnumerable<string> ids = Enumerable.Range(0, scope.Ids + 1).Select(id => reference.Ids.TryGetValue(id, out ReferenceId? found)
            ? Text(id, found.Set, found.Spid, found.IsPending ? "FREE_PENDING" : found.IsBound ? "ACTIVE" : "IDLE", found.HasWork, found.Holders)
            : $"{id}: in the pool");
        IEnumerable<string> sets = Enumerable.Range(0, scope.Sets).Select(slot => reference.Sets.TryGetValue(slot, out ReferenceSet? set)
            ? Text(slot, set.Token, set.Quota, set.Users, set.Ends, set.Subscribers.Contains(Subscriber.Kvm), set.Subscribers.Contains(Subscriber.Vdcm))
            : $"set {slot}: none");
        return string.Join('\n', [.. ids, .. sets, $"left {reference.Left}", $"registered {string.Join(", ", reference.Registered.Order())}"]);
    }

    private static string Text(in SetCore core, IoasidScope scope)
    {
        SetCore c = core;
        IEnumerable<string> ids = Enumerable.Range(0, scope.Ids + 1).Select(id => c.IsAllocated(id)
            ? Text(id, c.SlotOf(id), c.Spid[id] == 0 ? null : c.Spid[id] - 1,
                (IdState)c.State[id] switch { IdState.FreePending => "FREE_PENDING", IdState.Active => "ACTIVE", IdState.Idle => "IDLE", var other => $"{other}" },
                c.Has(id, Mark.VdcmWork), Holders(c.Holders[id], c.Refs[id]))
            : $"{id}: in the pool");
        IEnumerable<string> sets = Enumerable.Range(0, scope.Sets).Select(slot => c.Sets[slot] != (byte)SetState.None
            ? Text(slot, c.Token[slot] == 0 ? "NULL" : $"mm{c.Token[slot] - 1}", c.Quota[slot], c.Users[slot], c.Sets[slot] == (byte)SetState.Ending,
                (c.Chain[slot] & SetCore.KvmBlock) != 0, (c.Chain[slot] & SetCore.VdcmBlock) != 0)
            : $"set {slot}: none");
        IEnumerable<string> registered = Enumerable.Range(0, scope.Vms).Where(vm => c.Pending[vm] != (byte)PendingState.None).Select(vm => $"mm{vm}");
        return string.Join('\n', [.. ids, .. sets, $"left {c.Available}", $"registered {string.Join(", ", registered)}"]);
    }

    private static string Text(int id, int set, int? spid, string state, bool hasWork, IEnumerable<string> holders) =>
        $"{id}: {state}, set {set}, SPID {spid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, work {hasWork}, held by {string.Join(", ", holders.Order(StringComparer.Ordinal))}";

    private static string Text(int slot, string token, int quota, int users, bool ends, bool kvm, bool vdcm) =>
        $"set {slot}: {token}, quota {quota}, users {users}, ends {ends}, KVM {kvm}, VDCM {vdcm}";

    // The ghost holders; a count that is not theirs shows, too.
    private static IEnumerable<string> Holders(byte holders, byte refs)
    {
        string[] names = [.. new[] { (Holder.Allocation, "allocation"), (Holder.Kvm, "KVM"), (Holder.Vdcm, "VDCM") }
            .Where(each => (holders & each.Item1) != 0).Select(each => each.Item2)];
        return refs == names.Length ? names : [.. names, $"and {refs} references"];
    }
}
