using Xunit;

namespace Verify.Tests.Cli;

public class DecodeTests
{
    private static Ran Decode(params string[] args) => Ran.Verify(Ran.Invocation([]), ["decode", .. args]);

    [Fact]
    public void Words_are_taken_w0_first_and_the_rest_is_zero()
    {
        var ran = Decode("ste", "0x5", "dead_beef".Replace("_", ""));
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        Assert.StartsWith("w0 0x0000000000000005\nw1 0x00000000deadbeef\nw2 0x0000000000000000\n", ran.Out);
        Assert.EndsWith("w7 0x0000000000000000\n8 words, last 0, first 5\n", ran.Out);
    }

    [Fact]
    public void One_string_of_128_digits_is_the_entry_w0_first()
    {
        string entry = string.Concat(Enumerable.Range(1, 8).Select(i => $"{i:x16}"));
        var ran = Decode("ste", "0x" + entry);
        Assert.Equal(0, ran.Status);
        Assert.EndsWith("8 words, last 8, first 1\n", ran.Out);
        Assert.Equal(ran.Out, Decode(["ste", .. Enumerable.Range(1, 8).Select(i => i.ToString())]).Out);
    }

    [Theory]
    [InlineData("unknown table 'sted'; did you mean ste?", "sted", "1")]
    [InlineData("'12345678901234567' has 17 digits", "ste", "12345678901234567")]
    [InlineData("w1 '12345678901234567' has 17 digits", "ste", "1", "12345678901234567")]
    [InlineData("w0 'xyz' is not hexadecimal", "ste", "xyz")]
    [InlineData("w0 '' has 0 digits", "ste", "0x")]
    [InlineData("w0 '1 2' is not hexadecimal", "ste", "1 2")]
    [InlineData("9 words given", "cd", "1", "2", "3", "4", "5", "6", "7", "8", "9")]
    [InlineData("missing", "ste")]
    public void Words_of_the_wrong_shape_are_refused(string reason, params string[] args) => Decode(args).RefusedWith(reason);

    [Fact]
    public void A_long_string_that_is_not_hexadecimal_is_refused() => Decode("ste", new string('g', 128)).RefusedWith("is not hexadecimal");
}
