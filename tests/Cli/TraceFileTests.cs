using Verify.Engine.Traces;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class TraceFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_new_trace_gets_its_name()
    {
        var recorded = TraceFile.Record(scratch["new/dir"], FakeSystems.Trace());
        Assert.Equal(new(scratch["new/dir/fake-ste-6.2-NoTornView.json"], Written: true, Kept: null), recorded);
        Assert.Equal(TraceWriter.Bytes(FakeSystems.Trace()), File.ReadAllBytes(recorded.Path));
        Assert.Single(Directory.GetFileSystemEntries(scratch["new/dir"]));
    }

    [Fact]
    public void The_same_run_is_kept_untouched()
    {
        string path = TraceFile.Record(scratch.Root, FakeSystems.Trace()).Path;
        File.AppendAllText(path, "\n");
        Assert.Equal(new(path, Written: false, Kept: null), TraceFile.Record(scratch.Root, FakeSystems.Trace()));
        Assert.EndsWith("\n", File.ReadAllText(path));
        Assert.Single(scratch.Names);
    }

    [Fact]
    public void A_different_run_goes_beside_the_recorded_one()
    {
        var first = FakeSystems.Trace();
        var second = first with { Failed = "otherwise" };
        var third = first with { Failed = "yet otherwise" };
        string path = TraceFile.Record(scratch.Root, first).Path;
        Assert.Equal(new(scratch["fake-ste-6.2-NoTornView.2.json"], Written: true, Kept: path), TraceFile.Record(scratch.Root, second));
        Assert.Equal(new(scratch["fake-ste-6.2-NoTornView.3.json"], Written: true, Kept: path), TraceFile.Record(scratch.Root, third));
        Assert.Equal(new(scratch["fake-ste-6.2-NoTornView.2.json"], Written: false, Kept: path), TraceFile.Record(scratch.Root, second));
        Assert.Equal(FakeSystems.Failed, TraceFile.Read(path).Failed);
        Assert.Equal(["fake-ste-6.2-NoTornView.2.json", "fake-ste-6.2-NoTornView.3.json", "fake-ste-6.2-NoTornView.json"], scratch.Names);
    }

    [Fact]
    public void What_is_no_trace_is_not_replaced_either()
    {
        File.WriteAllText(scratch["fake-ste-6.2-NoTornView.json"], "notes");
        Directory.CreateDirectory(scratch["fake-ste-6.2-NoTornView.2.json"]);
        Assert.EndsWith("NoTornView.3.json", TraceFile.Record(scratch.Root, FakeSystems.Trace()).Path);
        Assert.Equal("notes", File.ReadAllText(scratch["fake-ste-6.2-NoTornView.json"]));
    }

    [Fact]
    public void A_name_cannot_leave_the_directory()
    {
        var recorded = TraceFile.Record(scratch.Root, FakeSystems.Trace(variant: "../../evil name"));
        Assert.Equal(scratch["fake-ste-.._.._evil_name-NoTornView.json"], recorded.Path);
    }

    [Fact]
    public void Many_writers_at_once_lose_nothing()
    {
        var runs = Enumerable.Range(0, 40).Select(i => FakeSystems.Trace() with { Failed = $"reason {i % 20}" }).ToList();
        Parallel.ForEach(runs, run => TraceFile.Record(scratch.Root, run));
        var reasons = scratch.Names.Select(name => TraceFile.Read(scratch[name]).Failed).Distinct();
        Assert.Equal(20, reasons.Count());
    }

    [Fact]
    public void A_run_is_found_in_any_directory_under_any_number_and_never_under_another_name()
    {
        var (first, second) = (FakeSystems.Trace(), FakeSystems.Trace(scope: "medium"));
        Assert.Null(TraceFile.Find(scratch["none"], first));
        string proofs = scratch["proofs"];
        TraceFile.Record(proofs, first);
        string numbered = TraceFile.Record(proofs, second).Path;
        Assert.EndsWith("/fake-ste-6.2-NoTornView.2.json", numbered);
        Assert.Equal(numbered, TraceFile.Find(scratch.Root, second));
        Assert.Null(TraceFile.Find(scratch.Root, first with { Failed = "otherwise" }));
        File.Move(numbered, Path.Combine(proofs, "fake-ste-6.2-NoTornView.old.json"));
        Assert.Null(TraceFile.Find(scratch.Root, second));
        Assert.NotNull(TraceFile.Find(scratch.Root, first));
    }
}
