using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using Verify.Engine.Traces;
using Xunit;

namespace Verify.Tests.Cli;

public class TraceReaderTests
{
    private static readonly byte[] Good = TraceWriter.Bytes(FakeSystems.Trace());

    [Fact]
    public void What_is_written_is_read_back_the_same() => Seeds.Check(Prop.ForAll(Documents.Any, trace =>
    {
        byte[] bytes = TraceWriter.Bytes(trace);
        var read = TraceReader.Parse(bytes);
        Assert.Equal((trace.System, trace.Variant, trace.Scope, trace.Property, trace.Failed, trace.Loop), (read.System, read.Variant, read.Scope, read.Property, read.Failed, read.Loop));
        Assert.Equal(trace.Steps.Count, read.Steps.Count);
        foreach (var (written, found) in trace.Steps.Zip(read.Steps))
        {
            Assert.Equal((written.Lane, written.Action, written.From, written.To), (found.Lane, found.Action, found.From, found.To));
            Assert.Equal(written.Arguments, found.Arguments);
            Assert.Equal(written.State, found.State);
        }

        Assert.Equal(bytes, TraceWriter.Bytes(read));
    }));

    [Fact]
    [Trait("Speed", "Slow")]
    public void A_trace_cut_at_any_byte_is_refused() => Seeds.Check(Prop.ForAll(Documents.Any, trace =>
    {
        byte[] bytes = TraceWriter.Bytes(trace);
        for (int length = 0; length < bytes.Length; length++)
        {
            OneLineOf(Assert.Throws<TraceException>(() => TraceReader.Parse(bytes.AsMemory(0, length))));
        }
    }));

    [Fact]
    public void A_cut_is_called_a_cut()
    {
        var cut = Assert.Throws<TraceException>(() => TraceReader.Parse(Good.AsMemory(0, Good.Length / 2)));
        Assert.StartsWith("truncated: ", cut.Message);
        Assert.Contains("line ", cut.Message);
    }

    [Fact]
    public void An_edit_of_one_byte_gives_a_document_or_a_refusal()
    {
        int refused = 0;
        for (int at = 0; at < Good.Length; at++)
        {
            foreach (byte value in new byte[] { 0, (byte)'"', (byte)'0', (byte)'}', (byte)' ', 0x80, 0xff })
            {
                byte[] edited = [.. Good];
                edited[at] = value;
                try
                {
                    TraceReader.Parse(edited);
                }
                catch (TraceException edit)
                {
                    OneLineOf(edit);
                    refused++;
                }
            }
        }

        Assert.InRange(refused, Good.Length, Good.Length * 7);
    }

    [Theory]
    [InlineData("\"verify-trace/1\"", "\"verify-trace/2\"", "verify-trace/2")]
    [InlineData("\"verify-trace/1\"", "7", "format is")]
    [InlineData("\"format\"", "\"form\"", "no \"format\" member")]
    [InlineData("\"system\"", "\"sistem\"", "'sistem'")]
    [InlineData("\"scope\": \"small\",", "", "lacks the member 'scope'")]
    [InlineData("\"scope\": \"small\",", "\"scope\": \"small\", \"scope\": \"small\",", "'scope' twice")]
    [InlineData("\"scope\": \"small\"", "\"scope\": null", "scope is not a string")]
    [InlineData("\"system\": \"fake-ste\"", "\"system\": \"\"", "system is empty")]
    [InlineData("\"cpu0.pc\": \"idle\"", "\"cpu0.pc\": true", "steps[0].state.cpu0.pc is not a string")]
    [InlineData("\"cpu0.pc\": \"idle\"", "\"memory.w0\": \"idle\"", "steps[0].state has 'memory.w0' twice")]
    [InlineData("\"word\": \"0\"", "\"word\": 0", "steps[1].action.arguments.word")]
    [InlineData("\"lane\": \"CPU0\",", "", "steps[1].action lacks the member 'lane'")]
    [InlineData("0x0000000000000005", "0x000000000000005", "steps[1].state: 'memory.w0'")]
    [InlineData("0x0000000000000005", "0x00000000000000055", "not a 64-bit word")]
    [InlineData("0x0000000000000005", "0x000000000000000G", "not a 64-bit word")]
    [InlineData("\"idle\"", "\"\\ud800\"", "half a surrogate pair")]
    [InlineData("\"cpu0.pc\": \"idle\"", "\"\\ud800\": \"idle\"", "half a surrogate pair")]
    [InlineData("\"steps\": [", "\"loop\": 4, \"steps\": [", "loop is 4, but it is a step from 1 to 2, or 3 for none")]
    [InlineData("\"steps\": [", "\"loop\": -1, \"steps\": [", "loop is -1")]
    [InlineData("\"steps\": [", "\"loop\": 1.5, \"steps\": [", "loop is not the index of a step")]
    [InlineData("\"steps\": [", "\"loop\": null, \"steps\": [", "loop is not the index of a step")]
    [InlineData("\"steps\": [", "// note\n\"steps\": [", "not JSON at line ")]
    public void An_edited_trace_is_refused_with_the_place(string old, string edited, string place)
    {
        string text = Encoding.UTF8.GetString(Good);
        int at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0);
        byte[] bytes = Encoding.UTF8.GetBytes(text[..at] + edited + text[(at + old.Length)..]);
        Assert.Contains(place, OneLineOf(Assert.Throws<TraceException>(() => TraceReader.Parse(bytes))));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("[]", "not a trace")]
    [InlineData("42", "not a trace")]
    [InlineData("{}", "not a trace")]
    [InlineData("<html>", "not JSON")]
    [InlineData("{\"format\": \"verify-trace/1\", \"system\": \"s\", \"variant\": \"v\", \"scope\": \"small\", \"property\": \"P\", \"failed\": \"\", \"steps\": []}", "steps is empty")]
    public void A_foreign_file_is_refused(string text, string reason) =>
        Assert.Contains(reason, OneLineOf(Assert.Throws<TraceException>(() => TraceReader.Parse(Encoding.UTF8.GetBytes(text)))));

    [Fact]
    public void Content_after_the_trace_is_refused_but_a_line_break_is_not()
    {
        Assert.Equal(3, TraceReader.Parse((byte[])[.. Good, (byte)'\n']).Steps.Count);
        OneLineOf(Assert.Throws<TraceException>(() => TraceReader.Parse((byte[])[.. Good, (byte)'{'])));
        OneLineOf(Assert.Throws<TraceException>(() => TraceReader.Parse((byte[])[.. Good, .. Good])));
    }

    [Fact]
    public void A_deeply_nested_file_is_refused() =>
        OneLineOf(Assert.Throws<TraceException>(() => TraceReader.Parse(Encoding.UTF8.GetBytes(new string('[', 100_000)))));

    [Fact]
    public void A_part_may_be_a_word_in_one_state_and_text_in_another()
    {
        var trace = FakeSystems.Trace() with { Steps = [new("", "init", [], [new("w", "not fetched")]), new("SMMU", "fetch", [], [new("w", "0x0000000000000001")])] };
        Assert.Equal("not fetched", TraceReader.Parse(TraceWriter.Bytes(trace)).Steps[0].State[0].Value);
    }

    [Fact]
    public void The_schema_names_the_members_that_are_written()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "checker", "Engine", "Traces", "trace.schema.json")));
        var first = FakeSystems.Trace().Steps[0] with { From = "memory", To = "SMMU" };
        using var written = JsonDocument.Parse(TraceWriter.Bytes(FakeSystems.Trace() with { Steps = [first, .. FakeSystems.Trace().Steps.Skip(1)], Loop = 1 }));
        var step = schema.RootElement.GetProperty("$defs").GetProperty("step");
        var writtenStep = written.RootElement.GetProperty("steps")[0];
        Described(written.RootElement, schema.RootElement);
        Described(writtenStep, step);
        Described(writtenStep.GetProperty("action"), step.GetProperty("properties").GetProperty("action"));
    }

    private static void Described(JsonElement written, JsonElement schema)
    {
        string[] members = [.. written.EnumerateObject().Select(member => member.Name)];
        Assert.Equal(members, schema.GetProperty("properties").EnumerateObject().Select(member => member.Name));
        Assert.Equal(members.Except(["loop", "from", "to"]), schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void A_model_that_names_a_part_twice_is_refused_on_writing()
    {
        var trace = FakeSystems.Trace() with { Steps = [new("", "init", [], [new("a", "1"), new("a", "2")])] };
        Assert.Contains("'a' twice", Assert.Throws<TraceException>(() => TraceWriter.Bytes(trace)).Message);
    }

    private static string OneLineOf(TraceException refused)
    {
        Assert.DoesNotContain(refused.Message, char.IsControl);
        Assert.NotEqual("", refused.Message);
        return refused.Message;
    }
}
