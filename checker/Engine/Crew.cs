// The threads of an exploration: the caller's own and the others beside it.

namespace Verify.Engine;

/// <summary>
/// Lets a number of threads do one piece of work each, and waits for all. The calling thread is number 0; the others start when they are first
/// needed, so that small models never pay for them.
/// </summary>
/// <param name="size">Threads, the calling one included.</param>
internal sealed class Crew(int size) : IDisposable
{
    private readonly Barrier _barrier = new(size);
    private readonly List<Thread> _others = [];
    private Action<int> _work = _ => { };
    private volatile bool _leaving;

    /// <summary>Threads, the calling one included.</summary>
    public int Size => size;

    /// <summary>Does some work: on all threads, or on the calling one only.</summary>
    /// <param name="together">Whether on all.</param>
    /// <param name="work">What thread i does; must not throw.</param>
    public void Work(bool together, Action<int> work)
    {
        if (!together || size == 1)
        {
            work(0);
            return;
        }
        _work = work;
        Start();
        _barrier.SignalAndWait();
        work(0);
        _barrier.SignalAndWait();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _leaving = true;
        if (_others.Count > 0)
        {
            _barrier.SignalAndWait();
            _others.ForEach(thread => thread.Join());
        }
        _barrier.Dispose();
    }

    private void Start()
    {
        for (int i = _others.Count + 1; i < size; i++)
        {
            int number = i;
            var thread = new Thread(() => Serve(number)) { IsBackground = true, Name = $"explorer {number}" };
            _others.Add(thread);
            thread.Start();
        }
    }

    private void Serve(int number)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_leaving)
            {
                return;
            }
            _work(number);
            _barrier.SignalAndWait();
        }
    }
}
