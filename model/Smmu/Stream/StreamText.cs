// How states of the stream model read.

using Verify.Smmu.Hardware;
using Verify.Smmu.Update;
using Verify.Transitions;

namespace Verify.Smmu.Stream;

/// <summary>Names and values of the stream model's states.</summary>
internal static class StreamText
{
    /// <summary>Words beyond the fourth are 0 in every entry the driver makes.</summary>
    private const int ShownWords = 4;

    /// <summary>The name of an entry.</summary>
    public static string Name(Slot slot) => slot switch { Slot.Ste => "STE", Slot.Cd0 => "CD0", _ => "CD1" };

    /// <summary>The value that the batch under way stores in <paramref name="word"/>.</summary>
    public static string Value(StreamFlow flow, in StreamState s, int word) =>
        $"0x{flow.Operations[s.Operation - 1].Updates[s.Update].Plan.After(s.Batch)[word].Value:x16}";

    /// <summary>The invalidation command after a write to an entry.</summary>
    public static ActionText Command(StreamFlow flow, Slot slot)
    {
        var command = flow.After(slot);
        return command == CfgiCommand.CFGI_CD
            ? new ActionText("CPU0", $"{command}", ("ssid", $"{flow.Ssid(slot)}"))
            : new ActionText("CPU0", $"{command}");
    }

    /// <summary>Names every part of a state.</summary>
    public static void Describe(StreamFlow flow, in StreamState s, IStateText text)
    {
        text.Field("attached", $"{flow.Attachments[s.Attached]}");
        text.Field("operation", s.Operation == 0 ? "none" : flow.Operations[s.Operation - 1].Name);
        text.Field("phase", s.Phase == UpdatePhase.Before ? "at rest" : $"{s.Phase}, update {s.Update + 1}, batch {s.Batch + 1}");
        text.Field("syncs", $"{s.Syncs}");
        text.Field("cfgi", $"{s.Cfgi}");
        text.Field("unsynced", $"{s.Unsynced}");
        text.Field("access", s.Seen switch { Seen.Nothing => "none yet", Seen.Rid => "without PASID", _ => "PASID 1" });
        for (var slot = Slot.Ste; slot <= Slot.Cd1; slot++)
        {
            for (var word = 0; word < ShownWords; word++)
            {
                text.Word($"{Name(slot)}.w{word}", s.Memory[(int)slot][word].Value);
            }
        }

        for (var slot = Slot.Ste; slot <= Slot.Cd1; slot++)
        {
            var present = s.Present[(int)slot];
            text.Field($"SMMU.{Name(slot)}", present switch { 0 => "not fetched", 0xff => "whole", _ => $"words 0x{present:x2}" });
            for (var word = 0; word < ShownWords; word++)
            {
                if ((present >> word & 1) != 0)
                {
                    text.Word($"SMMU.{Name(slot)}.w{word}", s.Cached[(int)slot][word].Value);
                }
            }
        }
    }
}
