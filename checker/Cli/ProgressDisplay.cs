// How far the running explorations are, on standard error: redrawn on a terminal, else a line every few seconds.

using System.Collections.Concurrent;
using System.Diagnostics;
using Spectre.Console;
using Verify.Engine.Traces;
using Progress = Verify.Engine.Progress;

namespace Verify.Cli;

/// <summary>Shows progress until it is disposed. Its methods may be called from any thread.</summary>
internal sealed class ProgressDisplay : IDisposable
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(250);

    private readonly Invocation invocation;
    private readonly int total;
    private readonly string depthMeans;
    private readonly ConcurrentDictionary<string, Func<string>> running = new();
    private readonly ConcurrentQueue<string> news = new();
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;
    private int finished;

    /// <summary>Starts to show the progress of <paramref name="total"/> runs.</summary>
    /// <param name="invocation">Where to show it.</param>
    /// <param name="total">How many runs there will be.</param>
    /// <param name="depthMeans">What <see cref="Progress.Depth"/> counts.</param>
    public ProgressDisplay(Invocation invocation, int total, string depthMeans = "depth")
    {
        this.invocation = invocation;
        this.total = total;
        this.depthMeans = depthMeans;
        thread = new Thread(Show) { IsBackground = true, Name = "progress" };
        thread.Start();
    }

    /// <summary>The callback for one run.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="forecast">What to guess its size by; null for a run that has no levels.</param>
    public Action<Progress> Of(string run, Forecast? forecast = null) => progress =>
    {
        bool explores = progress.Phase.Length == 0;
        if (explores)
        {
            forecast?.Note(progress);
        }

        string guess = explores ? forecast?.Say(progress) ?? "" : "";
        running[run] = () => Line(run, progress) + guess;
    };

    /// <summary>A run has begun of which nothing is known but how long it takes.</summary>
    public void Begin(string run)
    {
        var watch = Stopwatch.StartNew();
        running[run] = () => OneLine.Of($"{run}: {Quantities.Seconds(watch.Elapsed.TotalSeconds)} s");
    }

    /// <summary>The run has ended.</summary>
    public void Finish(string run)
    {
        running.TryRemove(run, out _);
        Interlocked.Increment(ref finished);
    }

    /// <summary>A line to print once, when it does not disturb the display.</summary>
    public void Tell(string line) => news.Enqueue(line);

    /// <summary>Ends the display and clears it; prints what was told and not yet printed.</summary>
    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
        while (news.TryDequeue(out string? line))
        {
            invocation.Err.WriteLine(line);
        }
    }

    private void Show()
    {
        try
        {
            if (invocation.Live)
            {
                Redraw();
            }
            else
            {
                WriteLines();
            }
        }
        catch (IOException)
        {
            // Nobody reads the progress any more; the results still count.
        }
    }

    private void WriteLines()
    {
        while (!stop.Wait(LineEvery))
        {
            foreach (string line in Lines())
            {
                invocation.Err.WriteLine(line);
            }
        }
    }

    private void Redraw()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(invocation.Err) });
        console.Live(new Text("")).AutoClear(true).Start(display =>
        {
            while (!stop.Wait(RedrawEvery))
            {
                display.UpdateTarget(new Text(string.Join('\n', Lines())));
            }
        });
    }

    private List<string> Lines()
    {
        string done = total > 1 ? $"[{finished}/{total}] " : "";
        return [.. running.OrderBy(run => run.Key, StringComparer.Ordinal).Select(run => done + run.Value())];
    }

    private string Line(string run, Progress progress)
    {
        double rate = progress.Elapsed.TotalSeconds > 0 ? progress.States / progress.Elapsed.TotalSeconds : 0;
        string phase = progress.Phase.Length == 0 ? "" : progress.Phase + ": ";
        return OneLine.Of($"{run}: {phase}{Quantities.Count(progress.States)} states, {Quantities.Rate(rate)}, queue {Quantities.Count(progress.Queue)}, "
            + $"{depthMeans} {Quantities.Count(progress.Depth)}, {Quantities.Size(progress.MemoryBytes)}, {Quantities.Seconds(progress.Elapsed.TotalSeconds)} s");
    }
}
