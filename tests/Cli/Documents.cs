// Random trace documents, with the characters that are likely to go wrong.

using FsCheck;
using FsCheck.Fluent;
using Verify.Engine.Traces;

namespace Verify.Tests.Cli;

internal static class Documents
{
    private static readonly string[] Pieces =
        ["a", "Z", "7", " ", ".", "->", "\"", "\\", "\n", "\t", "\u0001", "\u001b[2J", "#", ";", "<", "%%", "é", "漢", "😀", "\u2028", "\u202e", "0x12", "{", "]"];

    private static readonly Gen<string> Text = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces.Take(8)));

    private static readonly Gen<ulong> Words = ArbMap.Default.GeneratorFor<ulong>();

    public static Arbitrary<TraceDocument> Any { get; } = (
        from names in Text.ListOf(5)
        from failed in Text
        from length in Gen.Choose(1, 4)
        from steps in Step.ListOf(length)
        from loops in Gen.Choose(0, 2)
        select new TraceDocument
        {
            System = "s" + names[0],
            Variant = "v" + names[1],
            Scope = "small" + names[2],
            Property = "P" + names[3],
            Failed = failed,
            Steps = [.. steps],
            Loop = loops < 2 && length > loops ? length - loops : null,
        }).ToArbitrary();

    private static Gen<TraceStep> Step =>
        from lane in Text
        from name in Text
        from arguments in Named(Text)
        from plain in Named(Text)
        from words in Named(Words.Select(TraceWord.Format))
        from ends in Gen.Elements<string?>(null, "CPU0", "memory", "a;b").ListOf(2)
        select new TraceStep(lane, "n" + name, arguments, [.. plain.Select(part => new KeyValuePair<string, string>("t." + part.Key, part.Value)), .. words])
        {
            From = ends[0],
            To = ends[1],
        };

    private static Gen<KeyValuePair<string, string>[]> Named(Gen<string> value) =>
        from names in Text.ListOf()
        from values in value.ListOf(names.Count)
        select names.Take(6).Select((name, i) => new KeyValuePair<string, string>(name + i, values[i])).ToArray();
}
