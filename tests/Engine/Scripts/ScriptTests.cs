// How scripts are written: what is read, what is refused, and that all names and values can be written.

using FsCheck;
using FsCheck.Fluent;
using Verify.Engine.Scripts;
using Xunit;

namespace Verify.Tests.Engine.Scripts;

public class ScriptTests
{
    [Fact]
    public void A_script_is_read()
    {
        Script script = Script.Parse("""

            # a comment
            system a-b/5.18   # and another
            scope medium
            start update = ats: A -> B, C
            CPU0: store(word = 1, value="a, b)#")
              VFIO:ioasid_alloc ()
            unlock first
            expect refs[1] = 2#3  # 4
            expect "a = b" = "say \"so\" \\"
            never "C:P": "x(y)"(z=)1)
            """.Replace("z=)1)", "z=-1)"));
        Assert.Equal(("a-b", "5.18", "medium"), (script.System, script.Variant, script.Scope));
        Assert.Equal(
            [
                "StartLine 5 update = ats: A -> B, C",
                "StepLine 6 CPU0|store|word=1|value=a, b)#",
                "StepLine 7 VFIO|ioasid_alloc",
                "StepLine 8 -|unlock first",
                "ExpectLine 9 refs[1] = 2#3",
                "ExpectLine 10 a = b = say \"so\" \\",
                "NeverLine 11 C:P|x(y)|z=-1",
            ],
            script.Lines.Select(Say));
    }

    [Fact]
    public void Line_breaks_of_other_systems_and_a_mark_at_the_beginning_do_not_matter()
    {
        Script script = Script.Parse("\uFEFFsystem a\r\n\r\nb\r\n");
        Assert.Equal(("a", null, null), (script.System, script.Variant, script.Scope));
        Assert.Equal(["StepLine 3 -|b"], script.Lines.Select(Say));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("# nothing", "it is empty")]
    [InlineData("system a/b\nscope small", "there is nothing to follow")]
    [InlineData("CPU0: lock", "line 1: a script begins with a line 'system SYSTEM/VARIANT'")]
    [InlineData("scope small\nsystem a/b", "line 1: a script begins with a line 'system SYSTEM/VARIANT'")]
    [InlineData("system", "line 1: a value is missing at the end")]
    [InlineData("system a/b\nx\nsystem a/c", "line 3: there is a second line 'system'")]
    [InlineData("system a/b\nscope small\nscope large\nx", "line 3: there is a second line 'scope'")]
    [InlineData("system a/b\nx\nscope large", "line 3: 'scope' must come before what is to be followed")]
    [InlineData("system a/b\nx\nstart a = b", "line 3: 'start' must come before what is to be followed")]
    [InlineData("system a/b\nexpect refs 2", "line 2: no '=' after 'refs 2'; it is written FIELD = VALUE")]
    [InlineData("system a/b\nexpect = 2", "line 2: a field is missing before '='")]
    [InlineData("system a/b\nexpect refs =  # 2", "line 2: a value is missing before '#'")]
    [InlineData("system a/b\nexpect refs = \"2\" 3", "line 2: '3' after the closing quote")]
    [InlineData("system a/b\nexpct refs = 2", "line 2: '=' outside of parentheses; a field is asked for by 'expect FIELD = VALUE'")]
    [InlineData("system a/b\nnever", "line 2: a step is missing at the end")]
    [InlineData("system a/b\nCPU0:", "line 2: an action is missing at the end")]
    [InlineData("system a/b\n: lock", "line 2: a step is missing before ':'")]
    [InlineData("system a/b\nlock(a)", "line 2: no value for 'a'; arguments are written name=value")]
    [InlineData("system a/b\nlock(a=)", "line 2: a value is missing before ')'")]
    [InlineData("system a/b\nlock(a=1,)", "line 2: an argument is missing before ')'")]
    [InlineData("system a/b\nlock(a=1", "line 2: no ')' after the last argument")]
    [InlineData("system a/b\nlock(a=1 # b)", "line 2: no ')' after the last argument")]
    [InlineData("system a/b\nlock(a=1, a=2)", "line 2: 'a' is given twice")]
    [InlineData("system a/b\nlock(a=(1))", "line 2: ')' after the step; a name or value with other characters is put in quotes")]
    [InlineData("system a/b\n\"lock", "line 2: a quote is not closed")]
    [InlineData("system a/b\nlo\u0007ck", "line 2: a control character: this is no script")]
    public void What_is_no_script_is_refused_with_its_line(string text, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<ScriptException>(() => Script.Parse(text)).Message);

    [Fact]
    public void Whatever_a_model_calls_its_steps_and_fields_can_be_written() => Seeds.Check(Prop.ForAll(
        Gen.ListOf(Text).Select(texts => texts.ToArray()).ToArbitrary(), texts =>
        {
            if (texts.Length < 3)
            {
                return;
            }
            var arguments = texts.Skip(2).Zip(texts).DistinctBy(pair => pair.First).Select(pair => new KeyValuePair<string, string>(pair.First, pair.Second)).ToArray();
            var pattern = new StepPattern(texts.Length % 2 == 0 ? null : texts[0], texts[1], arguments);
            Script script = Script.Parse($"system s\n{pattern}\nexpect {ScriptReader.Asked(texts[0], texts[1])} # {texts[2]}\nnever {pattern}#x");
            var step = (StepLine)script.Lines[0];
            Assert.Equal((pattern.Lane, pattern.Action), (step.Pattern.Lane, step.Pattern.Action));
            Assert.Equal(arguments, step.Pattern.Arguments);
            Assert.Equal((texts[0], texts[1]), (((ExpectLine)script.Lines[1]).Field, ((ExpectLine)script.Lines[1]).Value));
        }));

    private static Gen<string> Text =>
        Gen.ListOf(Gen.Elements("a", "B", "7", "system", "expect", " ", "\"", "\\", "(", ")", "=", ",", ":", "#", ".", "\u00e9", "->", "\t")).Select(string.Concat);

    private static string Say(ScriptLine line) => $"{line.GetType().Name} {line.Number} " + line switch
    {
        StartLine start => $"{start.Field} = {start.Value}",
        ExpectLine expect => $"{expect.Field} = {expect.Value}",
        StepLine step => Say(step.Pattern),
        NeverLine never => Say(never.Pattern),
        _ => "?",
    };

    private static string Say(StepPattern pattern) =>
        string.Join('|', pattern.Arguments.Select(given => $"{given.Key}={given.Value}").Prepend(pattern.Action).Prepend(pattern.Lane ?? "-"));
}
