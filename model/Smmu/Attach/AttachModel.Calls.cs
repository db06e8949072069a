// For who calls the driver: beginning an operation on a CPU, and what it has returned.

using Verify.Transitions;

namespace Verify.Smmu.Attach;

/// <content>The model's own core asks for whatever <see cref="MayAsk"/>; a core in its place has reasons of its own, and names the old domain, too.</content>
public readonly partial struct AttachModel
{
    /// <summary>Begins an operation on a CPU that is in none.</summary>
    /// <param name="state">The state; unchanged where the call is refused.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="old">What the driver takes for attached now: it leaves that domain's list, count and array. 0 for nothing.</param>
    /// <returns>What the driver returns at once; <see cref="Errno.None"/> where the operation is under way.</returns>
    public Errno Call(ref AttachState state, int cpu, Request request, byte old)
    {
        var error = Refused(in state, request);
        if (error == Errno.None)
        {
            ref var called = ref state.Cpus[cpu];
            called = new Cpu
            {
                Operation = request.Operation,
                Device = request.Device,
                Ssid = request.Ssid,
                New = request.Domain,
                Old = old,
                Command = called.Command,
                Argument = called.Argument,
                Flags = called.Flags | (WantsAts(in state, request) ? CpuFlag.Ats : CpuFlag.None),
            };
            if (request.Operation == Operation.MmRelease)
            {
                state.Domains[request.Domain - AttachState.Paging].Life = DomainLife.Exiting;
            }

            Enter(ref state, cpu);
        }

        _caches.Settle(ref state);
        return error;
    }

    /// <summary>The step of a call.</summary>
    public static Step Called(int cpu, Request request, Errno error) =>
        new((ushort)AttachText.Of(request.Operation), (short)cpu, (short)(request.Device | (request.Ssid << 4)), (short)(request.Domain | ((int)error << 8)));

    /// <summary>Whether the model's core asks for an operation in a state.</summary>
    public bool MayAsk(in AttachState state, Request request) => NotAsked(in state, request) == Reason.None;

    /// <summary>What an operation of a CPU has returned by a step; null where none has.</summary>
    public static Errno? Returned(in AttachState before, Step step, in AttachState after, int cpu)
    {
        ref readonly var busy = ref before.Cpus[cpu];
        if (after.Cpus[cpu].Operation != Operation.None || busy.Operation == Operation.None)
        {
            return null;
        }

        var fails = AttachText.IsStage((AttachAct)step.Kind) && step.A == cpu ? (Errno)step.B : Errno.None;
        // What fails late fails for want of memory: everything else is refused at once.
        return (busy.Flags & CpuFlag.Failed) != 0 ? Errno.ENOMEM : fails;
    }
}
