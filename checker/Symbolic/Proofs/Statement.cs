// What a theorem says, as terms: under an assumption one of several things is so.

namespace Verify.Symbolic.Proofs;

/// <summary>One of the things a statement allows.</summary>
/// <param name="Name">What it is, in a few words: "behaves as before".</param>
/// <param name="Holds">When it is so.</param>
public sealed record Alternative(string Name, TermBit Holds);

/// <summary>For all values of the variables: where the assumption holds, one of the alternatives does.</summary>
/// <param name="Assumption">What is taken for granted. A statement whose assumption nothing satisfies says nothing.</param>
/// <param name="Conclusion">What may then be so; without alternatives the statement says that the assumption is never met.</param>
public sealed record Statement(TermBit Assumption, params IReadOnlyList<Alternative> Conclusion)
{
    /// <summary>When the statement fails.</summary>
    public TermBit Fails => FailsWithout(alternative: -1);

    /// <summary>When the statement fails if alternative number <paramref name="alternative"/> is left out.</summary>
    public TermBit FailsWithout(int alternative)
    {
        var fails = Assumption;
        for (var i = 0; i < Conclusion.Count; i++)
        {
            fails = i == alternative ? fails : fails & !Conclusion[i].Holds;
        }

        return fails;
    }
}

/// <summary>A statement that is proved by itself.</summary>
/// <param name="Name">Its name; equal names must mean equal statements. Obligations are called after it: "smmu-ste.7.0.ats.torn.fill".</param>
/// <param name="Comments">What it says, for people, in lines of at most 120 characters.</param>
/// <param name="State">Builds the statement in the <see cref="TermPool"/> that is open.</param>
public sealed record Part(string Name, IReadOnlyList<string> Comments, Func<Statement> State)
{
    /// <summary>
    /// Sets of smaller statements, mostly shared by many parts, from each of which it follows: tried in order before it is asked for itself.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Part>> Premises { get; init; } = [];
}
