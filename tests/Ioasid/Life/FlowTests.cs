// What a guest does to what is of another VM, or freed: nothing at all may change, which no script can ask for. The flows themselves are scripts, in GuestScriptTests.

using Verify.Model.Ioasid.Life;
using Verify.Model.Ioasid.Sets;
using Xunit;

namespace Verify.Tests.Ioasid.Life;

public class FlowTests
{
    private static readonly LifeScope _small = new(2, 2, 1, 1, 1);

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

    private static bool Same(LifeState one, LifeState other) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<LifeState>(in one))
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<LifeState>(in other)));

    private static Run Hold(LifeRules rules)
    {
        var run = new Run(rules, _small);
        Assert.Equal(Result.Ok, run.Alloc(0, 1));
        Assert.Equal(Result.Ok, run.Bind(0, 1, 0));
        Assert.Equal(1, run.Write(0, 0));
        return run;
    }
}
