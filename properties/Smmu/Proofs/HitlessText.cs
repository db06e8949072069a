// Orders of batches in words.

using Verify.Bits;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Says orders of batches.</summary>
internal static class HitlessText
{
    /// <summary>Batch by batch, each ended by CFGI and CMD_SYNC: the words stored, and in them what changes.</summary>
    public static string Say(Layout layout, Entry<Number> from, IReadOnlyList<Entry<Number>> images)
    {
        var texts = new List<string>();
        var before = from;
        foreach (var image in images)
        {
            var changes = Enumerable.Range(0, layout.Words).SelectMany(word => before[word] == image[word]
                ? []
                : (IEnumerable<string>)[$"w{word}", .. layout.Say(word, before[word].Value, image[word].Value)]);
            texts.Add($"({texts.Count + 1}) {string.Join(' ', changes)}");
            before = image;
        }

        return texts.Count == 0 ? "nothing needs to be stored" : string.Join(", sync ", texts) + ", sync";
    }
}
