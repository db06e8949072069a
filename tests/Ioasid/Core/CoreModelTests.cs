// Guards and effects of the IOASID core, step by step.

using Verify.Model.Ioasid.Core;
using Xunit;

namespace Verify.Tests.Ioasid.Core;

public class CoreModelTests
{
    private static readonly CoreScope Scope = new(Cpus: 2, Ids: 2, Ops: 3, Data: 2, Holders: 3);

    [Fact]
    public void An_id_of_5_11_goes_with_its_last_reference()
    {
        Walk walk = Of(CoreRules.Linux511).Allocate("CPU0", 1).Take("CPU1: ioasid_get: refs++(id=1)", "CPU0: ioasid_put: refs--(id=1, result=false)");
        Assert.True(CoreModel.IsMapped(in walk.State, CoreModel.Default, 1));
        walk.Take("CPU0: ioasid_put: refs--(id=1, result=0 left)");
        Assert.Equal(1, walk.State.LockedBy);
        Assert.Contains("CPU1: ioasid_find: xa_load(id=1)", walk.Enabled);
        Assert.DoesNotContain("CPU1: ioasid_get: refs++(id=1)", walk.Enabled);
        walk.Take("CPU1: spin_lock: wait", "CPU0: free: xa_erase, kfree_rcu, unlock(id=1)", "CPU1: ioasid_put: refs--(id=1, result=false, no such ID)");
        Assert.Equal(0, walk.State.LockedBy);
        Assert.True(CoreModel.IsEmpty(in walk.State, CoreModel.Default));
    }

    [Fact]
    public void An_id_of_5_5_goes_at_once_and_is_not_counted()
    {
        Walk walk = Of(CoreRules.Linux55).Allocate("CPU0", 0);
        Assert.DoesNotContain(walk.Enabled, step => step.Contains("ioasid_get") || step.Contains("ioasid_put"));
        walk.Take("CPU1: ioasid_free: xa_load(id=0, result=found)", "CPU1: free: xa_erase, kfree_rcu, unlock(id=0)", "CPU1: ioasid_free: xa_load(id=0, result=no such ID)");
        Assert.True(CoreModel.IsEmpty(in walk.State, CoreModel.Default));
    }

    [Fact]
    public void The_platform_has_an_id_back_before_its_entry_goes()
    {
        Walk walk = Of(CoreRules.Linux511).Take("CPU0: ioasid_register_allocator(ops=ops0, result=0, active)").AllocateCustom("CPU0", 1);
        Assert.Equal(2, walk.State.Issued[0]);
        walk.Take("CPU0: ioasid_put: refs--(id=1, result=0 left)", "CPU0: free: ops->free(id=1)");
        Assert.Equal(0, walk.State.Issued[0]);
        Assert.True(CoreModel.IsMapped(in walk.State, 1, 1));
        Assert.False(CoreModel.IsMapped(in walk.Take("CPU0: free: xa_erase, kfree_rcu, unlock(id=1)").State, 1, 1));
    }

    [Fact]
    public void Ids_of_the_default_allocator_block_the_first_custom_one()
    {
        Walk walk = Of(CoreRules.Linux511).Allocate("CPU0", 0).Take("CPU1: ioasid_register_allocator(ops=ops2, result=-EAGAIN)");
        Assert.Equal(0, CoreModel.Allocators(in walk.State));
        walk.Take("CPU0: ioasid_put: refs--(id=0, result=0 left)", "CPU0: free: xa_erase, kfree_rcu, unlock(id=0)", "CPU1: ioasid_register_allocator(ops=ops2, result=0, active)");
        Assert.Equal(1, walk.State.Active);
    }

    [Fact]
    public void The_second_pair_of_functions_becomes_active_when_the_first_goes()
    {
        Walk walk = Of(CoreRules.Linux511, isShared: false).Take(
            "CPU0: ioasid_register_allocator(ops=ops2, result=0, active)", "CPU0: ioasid_register_allocator(ops=ops0, result=0, not active)",
            "CPU0: ioasid_register_allocator(ops=ops1, result=0, shares)", "CPU0: ioasid_unregister_allocator(ops=ops2, result=allocator withdrawn)");
        Assert.Equal(1, walk.State.Active);
        walk.Take("CPU0: ioasid_unregister_allocator(ops=ops1, result=others share it)", "CPU0: ioasid_unregister_allocator(ops=ops0, result=allocator withdrawn)");
        Assert.Equal(CoreModel.Default, walk.State.Active);
    }

    [Fact]
    public void Before_the_repair_an_allocator_calls_the_ops_that_were_first()
    {
        string[] steps =
        [
            "CPU0: ioasid_register_allocator(ops=ops1, result=0, active)", "CPU0: ioasid_register_allocator(ops=ops0, result=0, shares)",
            "CPU0: ioasid_unregister_allocator(ops=ops1, result=others share it)",
        ];
        Walk walk = Of(CoreRules.Linux511).Take(steps);
        Assert.Equal(1 + 1, walk.State.FirstOps[0]);
        // And so the withdrawn ones cannot come back.
        walk.Take("CPU0: ioasid_register_allocator(ops=ops1, result=-EEXIST)");
        walk = Of(CoreRules.Repaired).Take(steps);
        Assert.Equal(0 + 1, walk.State.FirstOps[0]);
        walk.Take("CPU0: ioasid_register_allocator(ops=ops1, result=0, shares)");
    }

    [Fact]
    public void A_sharer_that_registers_twice_makes_a_list_without_end()
    {
        string[] steps = ["CPU0: ioasid_register_allocator(ops=ops0, result=0, active)", "CPU0: ioasid_register_allocator(ops=ops1, result=0, shares)"];
        Walk walk = Of(CoreRules.Linux511).Take(steps).Take("CPU0: ioasid_register_allocator(ops=ops1, result=0, shares)");
        Assert.Equal(1, walk.State.Next[1]);
        walk.Take("CPU0: ioasid_unregister_allocator(ops=ops2, result=never returns: follows the list out of it, or in a circle)");
        Assert.Equal(1, walk.State.LockedBy);
        Assert.DoesNotContain(walk.Enabled, step => step.StartsWith("CPU0"));
        walk = Of(CoreRules.Repaired).Take(steps).Take("CPU0: ioasid_register_allocator(ops=ops1, result=-EEXIST)");
        Assert.Equal(WalkEnd.Head, SharerList.Walk(in walk.State, 0, -1, out int visited));
        Assert.Equal(3, visited);
        walk.Take("CPU0: ioasid_unregister_allocator(ops=ops2, result=not there)");
    }

    [Fact]
    public void Whoever_unregisters_twice_takes_the_allocator_from_the_others()
    {
        string[] steps =
        [
            "CPU0: ioasid_register_allocator(ops=ops0, result=0, active)", "CPU0: ioasid_register_allocator(ops=ops1, result=0, shares)",
            "CPU0: ioasid_unregister_allocator(ops=ops0, result=others share it)",
        ];
        Walk walk = Of(CoreRules.Linux511).Take(steps).Take("CPU0: ioasid_unregister_allocator(ops=ops0, result=allocator withdrawn)");
        Assert.Equal((2, 0), (walk.State.Registered, CoreModel.Allocators(in walk.State)));
        walk = Of(CoreRules.Repaired).Take(steps).Take("CPU0: ioasid_unregister_allocator(ops=ops0, result=not there)");
        Assert.Equal((2, 1), (walk.State.Registered, CoreModel.Allocators(in walk.State)));
    }

    [Fact]
    public void An_allocator_in_use_is_withdrawn_or_after_the_repair_not()
    {
        string[] steps = ["CPU0: ioasid_register_allocator(ops=ops0, result=0, active)"];
        Walk walk = Of(CoreRules.Linux511).Take(steps).AllocateCustom("CPU0", 0).Take("CPU1: ioasid_unregister_allocator(ops=ops0, result=allocator withdrawn, WARN: IDs in use)");
        Assert.Equal((1, 1), (walk.State.Holders[CoreModel.At(1, 0)], walk.State.Issued[0]));
        walk.Take("CPU0: ioasid_put: refs--(id=0, of=pool0, which is not active, result=false, no such ID)");
        Assert.Equal((0, 1), (walk.State.Holders[CoreModel.At(1, 0)], walk.State.Issued[0]));
        walk = Of(CoreRules.Repaired).Take(steps).AllocateCustom("CPU0", 0).Take("CPU1: ioasid_unregister_allocator(ops=ops0, result=-EBUSY)");
        Assert.Equal((1, 1), (walk.State.Registered, walk.State.Active));
    }

    [Fact]
    public void Old_data_waits_for_the_readers_of_that_time()
    {
        Walk walk = Of(CoreRules.Linux511).Allocate("CPU0", 0, "new").Take(
            "CPU1: ioasid_find: xa_load(id=0)", "CPU1: ioasid_find: compare set, read private(private=data0)", "CPU0: ioasid_set_data: rcu_assign_pointer(id=0, data=new)");
        Assert.Equal((0, 2, 3), (walk.State.LockedBy, walk.State.Waits[0], walk.State.Owned));
        Assert.DoesNotContain("CPU0: synchronize_rcu returns", walk.Enabled);
        walk.Take("CPU1: ioasid_find: getter(data=data0, result=true: pinned)", "CPU0: synchronize_rcu returns");
        Assert.Equal(2, walk.State.Owned);
        Assert.True(CoreModel.IsAlive(in walk.State, 0));
        Assert.False(CoreModel.IsAlive(in walk.Take("CPU1: use private data(data=data0)").State, 0));
    }

    [Fact]
    public void What_was_found_without_a_getter_may_be_gone()
    {
        Walk walk = Of(CoreRules.Linux511).Allocate("CPU0", 0, "new").Take(
            "CPU1: ioasid_find: xa_load(id=0)", "CPU1: ioasid_find: compare set, read private(private=data0)", "CPU1: ioasid_find: no getter(data=data0, result=not pinned)",
            "CPU0: ioasid_set_data: rcu_assign_pointer(id=0, data=NULL)", "CPU0: synchronize_rcu returns", "CPU1: use private data(data=data0, freed)");
        Assert.Equal(0, walk.State.Owned);
        walk = Of(CoreRules.Repaired).Take("CPU1: ioasid_find: no getter(result=-EACCES)").Allocate("CPU0", 0, "new")
            .Take("CPU1: ioasid_find: xa_load(id=0)", "CPU1: ioasid_find: compare set, read private(private=data0)");
        Assert.DoesNotContain(walk.Enabled, step => step.StartsWith("CPU1: ioasid_find: no getter"));
    }

    [Fact]
    public void The_last_put_waits_for_readers_only_after_the_repair()
    {
        string[] steps = ["CPU1: ioasid_find: xa_load(id=0)", "CPU0: ioasid_put: refs--(id=0, result=0 left)", "CPU0: free: xa_erase, kfree_rcu, unlock(id=0)"];
        Assert.Equal(0, Of(CoreRules.Linux511).Allocate("CPU0", 0, "new").Take(steps).State.Owned);
        Walk walk = Of(CoreRules.Repaired).Allocate("CPU0", 0, "new").Take(steps);
        Assert.Equal((1, 2, 0), (walk.State.Owned, walk.State.Waits[0], walk.State.LockedBy));
    }

    [Fact]
    public void A_reader_finds_an_entry_before_its_id_is_written_or_after_the_repair_not()
    {
        string[] steps = ["CPU0: ioasid_alloc: kzalloc(result=entry)", "CPU0: ioasid_alloc: xa_alloc(id=0, result=private=NULL)"];
        Of(CoreRules.Linux511).Take(steps).Take("CPU1: ioasid_find: xa_load(id=0)", "CPU1: ioasid_find: compare set, read private(result=NULL)");
        Of(CoreRules.Repaired).Take(steps).Take("CPU1: ioasid_find: xa_load(id=0, result=-ENOENT)");
    }

    [Fact]
    public void An_id_that_the_platform_issues_twice_is_freed_under_its_holder_or_after_the_repair_not()
    {
        string[] steps = ["CPU1: ioasid_alloc: kzalloc(result=entry)", "CPU1: ioasid_alloc: ops->alloc(id=0, result=in min..max)", "CPU1: ioasid_alloc: xa_alloc of the platform's ID(id=0, result=mapped already)"];
        Walk walk = Of(CoreRules.Linux511).Take("CPU0: ioasid_register_allocator(ops=ops0, result=0, active)").AllocateCustom("CPU0", 0).Take(steps)
            .Take("CPU1: ioasid_alloc: ops->free(id=0, result=INVALID_IOASID)");
        Assert.Equal((0, 1), (walk.State.Issued[0], walk.State.Holders[CoreModel.At(1, 0)]));
        walk = Of(CoreRules.Repaired).Take("CPU0: ioasid_register_allocator(ops=ops0, result=0, active)").AllocateCustom("CPU0", 0).Take(steps);
        Assert.Equal((1, 0), (walk.State.Issued[0], walk.State.LockedBy));
    }

    [Fact]
    public void An_id_outside_of_the_range_is_returned_or_after_the_repair_not()
    {
        string[] steps =
        [
            "CPU0: ioasid_register_allocator(ops=ops0, result=0, active)", "CPU0: ioasid_alloc: kzalloc(result=entry)",
            "CPU0: ioasid_alloc: ops->alloc(id=1, result=outside min..max)",
        ];
        Of(CoreRules.Linux511).Take(steps).Take("CPU0: ioasid_alloc: xa_alloc of the platform's ID(id=1, result=private=NULL)", "CPU0: ioasid_alloc: write id, unlock(id=1)");
        Walk walk = Of(CoreRules.Repaired).Take(steps);
        Assert.Equal(["CPU0: ioasid_alloc: xa_alloc of the platform's ID(id=1, result=INVALID_IOASID)"], walk.Enabled.Where(step => step.StartsWith("CPU0")));
        Assert.Equal(0, walk.Take("CPU0: ioasid_alloc: xa_alloc of the platform's ID(id=1, result=INVALID_IOASID)", "CPU0: ioasid_alloc: ops->free(id=1, result=INVALID_IOASID)").State.Issued[0]);
    }

    [Fact]
    public void Strangers_are_refused_only_after_the_repair()
    {
        Assert.Equal(0, Of(CoreRules.Linux511).Allocate("CPU0", 0).Take("CPU1: stranger's free or put(id=0, result=found)").State.References[0]);
        Assert.Equal(1, Of(CoreRules.Repaired).Allocate("CPU0", 0).Take("CPU1: stranger's free or put(id=0, result=-EACCES)").State.References[0]);
    }

    private static Walk Of(CoreRules rules, bool isShared = true) => new(
        new CoreModel(rules, Callers.Any with { HaveStrangers = true }, new() { IgnoresRange = true, Reissues = true }, Scope), isShared);
}
