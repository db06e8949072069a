// The program, killed again and again while it explores: from its last checkpoint it goes on, and finds what a run that nobody killed finds.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Verify.Engine;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class KillTests : IDisposable
{
    // `make kills` asks for a hundred in all.
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("VERIFY_KILLS") ?? "2", CultureInfo.InvariantCulture);

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("fingerprint", "4G")]
    [InlineData("exact", "4G")]
    [InlineData("fingerprint", "4M")]
    public void A_run_that_is_killed_at_any_instant_goes_on_from_its_last_checkpoint(string store, string memory) => Seeds.Run(seed =>
    {
        // Claims of each kind that is decided while the states are explored: one about whole runs does not fit into the smallest memory.
        string[] claims = [.. ((string[])["NoTornView", "HitlessWhenPossible", "EveryPhaseSynced", "FetcherTears"]).SelectMany(claim => (string[])["--property", claim])];
        string[] what = ["check", "smmu-ste/7.0", "--scope", "large", "--store", store, "--memory", memory, "--scratch", scratch.Root, .. claims];
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, Run([.. what, "--json", scratch["whole.json"]], kill: null, () => true));
        var whole = watch.Elapsed;
        var random = new SplitRandom(seed, 0);
        string directory = scratch["checkpoints"];
        int kills = 0;
        int resumed = 0;
        bool IsThere() => Directory.Exists(directory) && Directory.EnumerateFiles(directory, "*.checkpoint").Any();
        for (int? status = null; status != 0;)
        {
            bool resumes = IsThere();
            resumed += resumes ? 1 : 0;
            string[] from = resumes ? ["--resume", directory] : ["--checkpoint", directory];
            // A run from the beginning lives until it has written its first checkpoint, and some time on.
            TimeSpan? kill = kills < Kills ? whole * (random.Below(1000) / 1000.0) * (resumes ? 1 : 0.3) : null;
            status = Run([.. what, .. from, "--checkpoint-every", "0.02s", "--json", scratch["pieces.json"]], kill, IsThere);
            if (status == 0 && kills < Kills)
            {
                // Faster than the axe: once more from the beginning.
                status = null;
            }
            kills++;
        }
        Assert.True(resumed > 0, "no run was gone on with");
        Assert.Equal(Rows("whole.json"), Rows("pieces.json"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
        Directory.Delete(directory);
    });

    private string[] Rows(string file) => [.. JsonNode.Parse(File.ReadAllText(scratch[file]))!.AsArray().Select(row =>
    {
        // Which action finds a state first depends on the threads; and what is on disk is asked about once more.
        ((string[])["seconds", "actions", "cases"]).ToList().ForEach(member => row!.AsObject().Remove(member));
        return row!.ToJsonString();
    })];

    // The status, or null for a run that was killed: a while after it was ready for that.
    private static int? Run(string[] arguments, TimeSpan? kill, Func<bool> isReady)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "verify.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        while (kill is not null && !isReady() && !process.WaitForExit(2))
        {
        }

        if (kill is { } after && !process.WaitForExit(after))
        {
            process.Kill();
            process.WaitForExit();
            return null;
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{errors.Result}{output.Result}");
        return process.ExitCode;
    }
}
