// The flows of the document, and what goes wrong in them, step by step.

using Verify.Model.Ioasid.Life;
using Verify.Model.Ioasid.Sets;
using Xunit;

namespace Verify.Tests.Ioasid.Life;

public class FlowTests
{
    private const byte All = Holder.Allocation | Holder.Kvm | Holder.Vdcm | Holder.Iommu;

    private static readonly LifeScope _small = new(2, 2, 1, 1, 1);

    private static readonly LifeScope _twoSpids = new(2, 2, 2, 1, 1);

    public static TheoryData<string> Versions => ["v2", "v3", "v4", "repaired"];

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_normal_flow_ends_in_the_pool(string version)
    {
        Run run = AllHold(version);
        Assert.Equal(All, run.Core.Holders[1]);
        run.Take(LifeAct.StartDma);
        run.Take(LifeAct.Dma, step => (Access)step.C == Access.Translated);
        Assert.Equal(Cache.Iotlb | Cache.DeviceTlb, run.State.Cached[1]);
        run.Take(LifeAct.StopDma);
        Assert.Equal(Result.False, run.Take(LifeAct.MdevClear));
        Assert.Equal(Result.Ok, run.Unbind(0, 1));
        Assert.Equal((Holder.Allocation, (byte)1), (run.Core.Holders[1], run.Core.Refs[1]));
        Assert.Equal(Result.Ok, run.Free(0, 1));
        Assert.False(run.Core.IsAllocated(1));
        // Whose UNBIND carries no SPID leaves KVM's entry behind.
        Assert.Equal(version == "v3", Hardware.HasLeft(run.State, 1));
        Assert.Equal(0, run.State.Cached[1]);
    }

    [Fact]
    public void In_the_document_even_the_normal_flow_goes_through_FREE_PENDING()
    {
        var run = new Run(LifeRules.DocumentLocked, _small);
        run.Alloc(0, 1);
        run.Bind(0, 1, 0);
        run.Unbind(0, 1);
        Assert.Equal(Holder.Allocation | Holder.Iommu, run.Core.Holders[1]);
        run.Free(0, 1);
        Assert.Equal((byte)IdState.FreePending, run.Core.State[1]);
        Assert.Equal(Result.True, run.Take(LifeAct.IommuWork));
        Assert.False(run.Core.IsAllocated(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_free_before_unbind_takes_everything_down_whatever_work_runs_first(bool iommuFirst)
    {
        var run = Hold(LifeRules.Repaired with { OneQueue = false });
        run.Take(LifeAct.StartDma);
        Assert.Equal(Result.Ok, run.Free(0, 1));
        Assert.Equal(Holder.Vdcm | Holder.Iommu, run.Core.Holders[1]);
        Assert.Equal(0, run.State.Tr[LifeState.TrAt(0, 0)]);
        Assert.Equal(Result.False, run.Take(iommuFirst ? LifeAct.IommuWork : LifeAct.VdcmWork));
        Assert.Equal(Result.True, run.Take(iommuFirst ? LifeAct.VdcmWork : LifeAct.IommuWork));
        Assert.False(run.Core.IsAllocated(1));
        Assert.False(Hardware.HasLeft(run.State, 1));
        Assert.Equal(Result.ENOENT, run.Unbind(0, 1));
    }

    [Fact]
    public void In_the_shared_queue_VDCM_comes_before_the_IOMMU_driver_where_events_go_by_priority()
    {
        var run = Hold(LifeRules.Repaired);
        run.Free(0, 1);
        Assert.Empty(run.Of(LifeAct.IommuWork));
        run.Take(LifeAct.VdcmWork);
        Assert.Single(run.Of(LifeAct.IommuWork));
        run = Hold(LifeRules.V4);
        run.Free(0, 1);
        Assert.Empty(run.Of(LifeAct.VdcmWork));
    }

    [Fact]
    public void A_late_unbind_finds_no_private_data_when_the_handler_of_FREE_has_taken_it()
    {
        var run = Hold(LifeRules.Repaired);
        run.Free(0, 1);
        Assert.Equal(Result.EINVAL, run.Unbind(0, 1));
        run = Hold(LifeRules.V4);
        run.Free(0, 1);
        run.Unbind(0, 1);
        run.Take(LifeAct.IommuWork);
        Assert.Equal(Fault.UseAfterFree, run.Core.Fault);
        Assert.Empty(run.Steps);
    }

    [Fact]
    public void A_bind_that_a_free_overtakes_fails_and_leaves_nothing()
    {
        var run = new Run(LifeRules.Repaired, _small);
        run.Alloc(0, 1);
        run.Take(LifeAct.BindGpasid, step => step.A == 0 && step.B == 1);
        Assert.Equal(CallKind.Bind, run.State.Call.Kind);
        run.Free(0, 1);
        Assert.Empty(run.Of(LifeAct.IommuWork));
        Assert.Equal(Result.EBUSY, run.Take(LifeAct.BindStep));
        Assert.Equal(Result.True, run.Take(LifeAct.IommuWork));
        Assert.False(Hardware.HasLeft(run.State, 1));
    }

    [Fact]
    public void Misuse_of_what_is_of_another_VM_is_refused()
    {
        var run = Hold(LifeRules.Repaired);
        LifeState before = run.State;
        Assert.Equal(Result.EPERM, run.Bind(1, 1, 0));
        Assert.Equal(Result.EPERM, run.Unbind(1, 1));
        Assert.Equal(Result.Logged, run.Take(LifeAct.Free, step => step.A == 1 && step.B == 1));
        Assert.Equal(Result.ENOENT, run.Bind(1, 2, 0));
        Assert.Equal(0, run.Write(1, 0));
        Assert.Equal(Access.NoTranslation, run.Enqcmd(1, 0));
        Assert.True(Same(before, run.State));
        run.Free(0, 1);
        LifeState freed = run.State;
        Assert.Equal(Result.Logged, run.Take(LifeAct.Free, step => step.A == 0 && step.B == 1));
        Assert.True(Same(freed, run.State));
    }

    [Fact]
    public void KVM_that_ends_first_drops_what_it_holds_and_hears_nothing_more()
    {
        var run = Hold(LifeRules.Repaired);
        run.Take(LifeAct.KvmExit, step => step.A == 0);
        Assert.Equal(Holder.Allocation | Holder.Vdcm | Holder.Iommu, run.Core.Holders[1]);
        Assert.Equal((3, 0), (run.Core.Refs[1], run.State.Tr[LifeState.TrAt(0, 0)]));
        Assert.Equal(Result.Ok, run.Take(LifeAct.Free, step => step.A == 0 && step.B == 1));
        Assert.Equal(2, run.Handlers());
    }

    [Fact]
    public void Two_VMs_use_one_SPID_for_two_IOASIDs()
    {
        var run = new Run(LifeRules.Repaired, _twoSpids);
        foreach (int vm in (int[])[0, 1])
        {
            run.Alloc(vm, 1 + vm);
            Assert.Equal(Result.Ok, run.Bind(vm, 1 + vm, 1));
            Assert.Equal(1 + vm, run.Write(vm, 1));
            Assert.Equal(1 + vm, run.State.Tr[LifeState.TrAt(vm, 1)]);
        }
        run.Free(0, 1);
        Assert.Equal((0, 2), (run.State.Tr[LifeState.TrAt(0, 1)], run.State.Tr[LifeState.TrAt(1, 1)]));
        Assert.Equal(Access.Translated, run.Enqcmd(1, 1));
        Assert.Equal(Access.NoTranslation, run.Enqcmd(0, 1));
        Assert.Equal(1, run.State.Dv[LifeState.DvAt(0, 0)]);
        run.Take(LifeAct.VdcmWork);
        Assert.Equal((0, 2), (run.State.Dv[LifeState.DvAt(0, 0)], run.State.Dv[LifeState.DvAt(0, 1)]));
    }

    // Live migration: the guest keeps its PASIDs, and gets other host PASIDs for them.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_set_moves_to_other_IOASIDs_and_keeps_its_SPIDs(int firstToGo)
    {
        var run = new Run(LifeRules.Repaired, new LifeScope(3, 1, 2, 1, 1));
        int[] host = [1, 2];
        foreach (int spid in (int[])[0, 1])
        {
            run.Alloc(0, host[spid]);
            Assert.Equal(Result.Ok, run.Bind(0, host[spid], spid));
        }
        int free = 3;
        foreach (int spid in (int[])[firstToGo, 1 - firstToGo])
        {
            run.Alloc(0, free);
            Assert.Equal(Result.EINVAL, run.Bind(0, free, spid));
            run.Free(0, host[spid]);
            run.Take(LifeAct.IommuWork);
            Assert.Equal(Result.Ok, run.Bind(0, free, spid));
            (host[spid], free) = (free, host[spid]);
            foreach (int each in (int[])[0, 1])
            {
                Assert.Equal(host[each], run.State.Tr[LifeState.TrAt(0, each)]);
                Assert.Equal(host[each], run.Write(0, each));
                Assert.Equal(Access.Translated, run.Enqcmd(0, each));
                run.Take(LifeAct.MdevClear);
            }
        }
        Assert.False(run.Core.IsAllocated(free));
    }

    private static bool Same(LifeState one, LifeState other) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<LifeState>(in one))
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<LifeState>(in other)));

    private static Run AllHold(string version) => Hold(version switch { "v2" => LifeRules.V2, "v3" => LifeRules.V3, "v4" => LifeRules.V4, _ => LifeRules.Repaired });

    private static Run Hold(LifeRules rules)
    {
        var run = new Run(rules, _small);
        Assert.Equal(Result.Ok, run.Alloc(0, 1));
        Assert.Equal(Result.Ok, run.Bind(0, 1, 0));
        Assert.Equal(1, run.Write(0, 0));
        return run;
    }
}
