// Z3 in this process.

namespace Verify.Symbolic;

/// <summary>Decides obligations with the native Z3 library, in a context and on a thread of its own each.</summary>
internal sealed class Z3Solver(Z3Library library) : ISolver
{
    // Z3 walks over some terms recursively.
    private const int StackBytes = 512 << 20;

    // An interrupted solver gives up at its next look at the flag.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Name => $"z3 {library.Version} in process";

    /// <inheritdoc/>
    public SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new SolverAnswer.Unknown("cancelled");
        }

        var run = new Run(library, obligation);
        var thread = new Thread(run.Execute, StackBytes) { IsBackground = true, Name = $"z3: {obligation.Name}" };
        thread.Start();
        var end = Deadline.Wait(run.Finished, limit, cancellation);
        if (end is null)
        {
            return run.Answer!;
        }

        // It may have finished with an answer just now; that answer stands.
        return run.Stop(Grace) is { } late and not SolverAnswer.Unknown ? late : new SolverAnswer.Unknown(end);
    }

    /// <summary>One evaluation. The thread that solves owns the context; the other one interrupts it under the lock, or finds it gone.</summary>
    private sealed class Run(Z3Library library, Obligation obligation)
    {
        private readonly Lock @lock = new();
        private readonly ManualResetEventSlim finished = new();
        private nint context;
        private bool isStopped;

        public WaitHandle Finished => finished.WaitHandle;

        public SolverAnswer? Answer { get; private set; }

        public void Execute()
        {
            try
            {
                Answer = Solve();
            }
            catch (Exception e)
            {
                // Nobody above could catch it: this is the thread's first function.
                Answer = new SolverAnswer.Unknown(e.Message);
            }

            lock (@lock)
            {
                if (context != 0)
                {
                    library.DeleteContext(context);
                    context = 0;
                }
            }

            finished.Set();
        }

        /// <summary>Interrupts it until it ends, or for <paramref name="grace"/>: then the thread is left to itself.</summary>
        public SolverAnswer? Stop(TimeSpan grace)
        {
            var start = Environment.TickCount64;
            do
            {
                lock (@lock)
                {
                    isStopped = true;
                    if (context != 0)
                    {
                        library.Interrupt(context);
                    }
                }
            }
            // An interrupt that comes between two commands is lost: repeat it.
            while (!finished.Wait(20) && Environment.TickCount64 - start < grace.TotalMilliseconds);
            return finished.IsSet ? Answer : null;
        }

        private SolverAnswer Solve()
        {
            lock (@lock)
            {
                if (isStopped)
                {
                    return new SolverAnswer.Unknown("stopped");
                }

                context = library.MakeContext();
            }

            if (context == 0)
            {
                return new SolverAnswer.Unknown("Z3 made no context");
            }

            var output = library.Evaluate(context, obligation.Text);
            return SmtReader.Split(output).First == "sat" && obligation.ModelRequest.Length > 0
                ? SmtReader.Answer(obligation, output + library.Evaluate(context, obligation.ModelRequest))
                : SmtReader.Answer(obligation, output);
        }
    }
}
