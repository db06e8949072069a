using System.Text.Json;
using Verify.Engine.Traces;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class TraceCommandTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string good;

    public TraceCommandTests() => good = TraceFile.Record(scratch.Root, FakeSystems.Trace()).Path;

    public void Dispose() => scratch.Dispose();

    private static Ran Verify(params string[] args) => Ran.Verify(FakeSystems.AsExpected, args);

    private string Edited(TraceDocument trace)
    {
        string path = scratch["edited.json"];
        File.WriteAllBytes(path, TraceWriter.Bytes(trace));
        return path;
    }

    [Fact]
    public void A_recorded_trace_replays()
    {
        var ran = Verify("replay", good);
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        Assert.Equal($"{good}: replayed, 2 steps: fake-ste/6.2 violates NoTornView: {FakeSystems.Failed}\n", ran.Out);
    }

    [Fact]
    public void Replay_goes_through_all_files()
    {
        File.WriteAllText(scratch["cut.json"], "{\"format\": ");
        var ran = Verify("replay", scratch["cut.json"], good, scratch["none.json"], scratch.Root);
        Assert.Equal(2, ran.Status);
        Assert.Single(ran.Out.TrimEnd('\n').Split('\n'));
        string[] lines = ran.Err.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"verify: {scratch["cut.json"]}: truncated: ", lines[0]);
        Assert.Equal($"verify: {scratch["none.json"]}: no such file", lines[1]);
        Assert.StartsWith($"verify: {scratch.Root}: is a directory", lines[2]);
    }

    [Fact]
    public void A_trace_that_does_not_fit_its_model_is_refused()
    {
        var trace = FakeSystems.Trace();
        Verify("replay", Edited(trace with { Steps = [trace.Steps[0], trace.Steps[2]] })).RefusedWith("edited.json: step 1: ", "not enabled");
        Verify("replay", Edited(trace with { Failed = "otherwise" })).RefusedWith("'otherwise'");
        Verify("replay", Edited(trace with { System = "fake-se" })).RefusedWith("unknown system 'fake-se'; did you mean fake-ste?");
        Verify("replay", Edited(trace with { Variant = "6.3" })).RefusedWith("unknown variant of fake-ste '6.3'; did you mean 6.2 or 6.9?");
        Verify("replay", Edited(trace with { Scope = "large" })).RefusedWith("no scope 'large'; it has small, medium");
        Verify("replay", Edited(trace with { Property = "NoTornViews" })).RefusedWith("did you mean NoTornView?");
    }

    [Fact]
    public void Show_prints_text_unless_told_otherwise()
    {
        var ran = Verify("show", good);
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        Assert.StartsWith("fake-ste/6.2 at scope small violates NoTornView\n", ran.Out);
        Assert.Contains("            CFG: 1 -> 5\n", ran.Out);
        Assert.Equal(ran.Out, Verify("show", good, "--format", "text").Out);
    }

    [Fact]
    public void Show_prints_diagrams_and_itf()
    {
        Assert.StartsWith("sequenceDiagram\n", Verify("show", "--format", "mermaid", good).Out);
        using var itf = JsonDocument.Parse(Verify("show", "--format", "itf", good).Out);
        Assert.Equal(3, itf.RootElement.GetProperty("states").GetArrayLength());
    }

    [Fact]
    public void Show_prints_a_trace_that_does_not_replay_but_says_so()
    {
        var trace = FakeSystems.Trace();
        var ran = Verify("show", Edited(trace with { Steps = [trace.Steps[0], trace.Steps[2]] }));
        ran.RefusedWith("not enabled");
        Assert.Contains("SMMU: fetch w1", ran.Out);
    }

    [Fact]
    public void Show_refuses_what_it_cannot_read()
    {
        Verify("show", scratch.Root).RefusedWith("is a directory");
        Verify("show", scratch["none.json"]).RefusedWith("no such file");
        Verify("show", "").RefusedWith("cannot be read");
        File.WriteAllText(scratch["x.json"], "\u001b[2J{}\n");
        Verify("show", scratch["x.json"]).RefusedWith("not JSON");
    }

    [Fact]
    public void An_edit_of_any_byte_of_a_file_ends_in_a_status_not_in_a_crash() => Seeds.Run(start =>
    {
        byte[] bytes = File.ReadAllBytes(good);
        var seed = new Random((int)start);
        for (int i = 0; i < 300; i++)
        {
            byte[] edited = [.. bytes];
            edited[seed.Next(bytes.Length)] = (byte)seed.Next(256);
            File.WriteAllBytes(scratch["edited.json"], edited);
            var ran = Verify("replay", scratch["edited.json"]);
            Assert.DoesNotContain("a defect of this program", ran.Err);
            if (ran.Status != 0)
            {
                ran.RefusedWith("edited.json: ");
            }
        }
    });
}
