// How states of the system ioasid read, and what is interchangeable in them.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Sets;

public readonly partial struct SetModel
{
    /// <summary>IOASIDs other than 0, VMs, SPIDs, and the memory of sets: which is which is of no importance.</summary>
    public IReadOnlyList<IndexSet> Symmetries => [new("IOASIDs", scope.Ids), new("VMs", scope.Vms), new("SPIDs", scope.Spids), new("sets", scope.Sets)];

    /// <inheritdoc/>
    public void Describe(in SetsState state, IStateText text)
    {
        CoreText.Describe(in state.Core, scope, text);
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            string what = (CallPc)state.Pc[cpu] switch
            {
                CallPc.Idle => "none",
                CallPc.FoundSpid => $"ioasid_find_by_spid has found {state.Subject[cpu]}",
                CallPc.Registers => $"ioasid_register_notifier_mm(mm{state.Subject[cpu]}) wants the lock",
                CallPc.Unregisters => $"ioasid_unregister_notifier_mm(mm{state.Subject[cpu]}) has found set {state.Slot[cpu]}",
                _ => $"ioasid_free_all_in_set({state.Subject[cpu]}) wants the lock",
            };
            text.Field($"call on CPU{cpu}", what);
        }
    }

    /// <inheritdoc/>
    public ActionText Say(in SetsState before, Step step) => SetActions.Say(in before, this, step);

    /// <inheritdoc/>
    public void Rename(in SetsState state, int set, ReadOnlySpan<byte> names, ref SetsState renamed)
    {
        CoreNames.Rename(in state.Core, set, names, ref renamed.Core);
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            var pc = (CallPc)state.Pc[cpu];
            byte subject = state.Subject[cpu];
            switch (set)
            {
                case CoreNames.Ids when pc == CallPc.FoundSpid && subject > 0:
                    renamed.Subject[cpu] = (byte)(names[subject - 1] + 1);
                    break;
                case CoreNames.Vms when pc is CallPc.Registers or CallPc.Unregisters:
                    renamed.Subject[cpu] = names[subject];
                    break;
                case CoreNames.Slots:
                    renamed.Subject[cpu] = pc == CallPc.FreesAll ? names[subject] : subject;
                    renamed.Slot[cpu] = pc == CallPc.Unregisters ? names[state.Slot[cpu]] : state.Slot[cpu];
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public ulong Signature(in SetsState state, int set, int index) => CoreNames.Signature(in state.Core, set, index);
}
