// A solver that answers as a test wants.

using Verify.Symbolic;

namespace Verify.Tests.Symbolic;

/// <summary>Answers with what <paramref name="answer"/> gives, and remembers what it was asked.</summary>
internal sealed class AnsweringSolver(Func<Obligation, SolverAnswer> answer) : ISolver
{
    public string Name => "answering 1";

    /// <summary>The names of the obligations it was asked, in order.</summary>
    public List<string> Asked { get; } = [];

    public SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation)
    {
        lock (Asked)
        {
            Asked.Add(obligation.Name);
        }

        return answer(obligation);
    }
}
