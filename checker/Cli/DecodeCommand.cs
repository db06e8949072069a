// verify decode: a table entry, as a kernel log or a debugger prints it, in fields.

using System.CommandLine;
using System.Globalization;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify decode.</summary>
internal sealed class DecodeCommand
{
    private const int Words = 8;
    private const int Digits = 16;

    private readonly Argument<string> table = new("TABLE") { Description = "ste or cd" };
    private readonly Argument<string[]> hex = new("HEX")
    {
        Description = $"The entry: 1 to {Words} words of up to {Digits} hex digits, w0 first, the others being 0; "
            + $"or all in one string of {Words * Digits} digits, w0's {Digits} first. 0x may stand before each.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("decode", "Print the fields of a stream table entry or context descriptor, and what the hardware makes of it") { table, hex };
        command.SetAction(parsed => Run(invocation, parsed.GetRequiredValue(table), parsed.GetRequiredValue(hex)));
        return command;
    }

    private static int Run(Invocation invocation, string table, string[] hex)
    {
        if (!invocation.Tables.TryGetValue(table, out var decode))
        {
            throw new UsageException(NearMisses.Complaint("table", table, invocation.Tables.Keys));
        }

        ulong[] words = Parse(hex);
        for (int i = 0; i < words.Length; i++)
        {
            invocation.Out.WriteLine($"w{i} {TraceWord.Format(words[i])}");
        }

        foreach (string line in decode(words))
        {
            invocation.Out.WriteLine(line);
        }

        return ExitStatus.AsExpected;
    }

    private static ulong[] Parse(string[] hex)
    {
        string[] texts = [.. hex.Select(Bare)];
        if (texts.Length == 1 && texts[0].Length > Digits)
        {
            if (texts[0].Length != Words * Digits)
            {
                throw new UsageException(
                    $"{OneLine.Quote(hex[0])} has {texts[0].Length} digits; give {Words * Digits} for the whole entry (w0 first), or words of up to {Digits}");
            }

            texts = [.. texts[0].Chunk(Digits).Select(digits => new string(digits))];
        }

        if (texts.Length > Words)
        {
            throw new UsageException($"{texts.Length} words given; an entry has {Words}, w0 first");
        }

        ulong[] words = new ulong[Words];
        for (int i = 0; i < texts.Length; i++)
        {
            words[i] = Word(texts[i], i);
        }

        return words;
    }

    private static ulong Word(string text, int index)
    {
        if (text.Length is < 1 or > Digits)
        {
            throw new UsageException($"w{index} {OneLine.Quote(text)} has {text.Length} digits; a word has 1 to {Digits}");
        }

        return ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong word)
            ? word
            : throw new UsageException($"w{index} {OneLine.Quote(text)} is not hexadecimal");
    }

    private static string Bare(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
}
