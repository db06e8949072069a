// What a check of declarations tried, and what it refuted.

namespace Verify.Engine.Declarations;

/// <summary>Counts cases by what they are about, and keeps the first refutation of each.</summary>
internal sealed class Ledger
{
    private readonly List<string> _declarations = [];
    private readonly Dictionary<string, long> _cases = [];
    private readonly Dictionary<string, string> _problems = [];

    /// <summary>What was looked into, in the order in which it was opened.</summary>
    public IReadOnlyList<DeclarationTally> Tried => [.. _declarations.Select(declaration => new DeclarationTally(declaration, _cases[declaration]))];

    /// <summary>What is refuted.</summary>
    public IReadOnlyList<string> Problems => [.. _problems.Values];

    /// <summary>Opens an account, so that it is reported when it stays empty.</summary>
    public void Open(string declaration)
    {
        _declarations.Add(declaration);
        _cases.Add(declaration, 0);
    }

    /// <summary>Notes a case that could have refuted a declaration.</summary>
    /// <param name="declaration">The declaration.</param>
    /// <param name="agrees">Whether it is as declared.</param>
    /// <param name="problem">What is wrong otherwise.</param>
    /// <param name="about">What it is about in particular, where a declaration has several parts: of each the first refutation is kept.</param>
    public void Note(string declaration, bool agrees, Func<string> problem, string about = "")
    {
        _cases[declaration]++;
        string key = $"{declaration} {about}";
        if (!agrees && !_problems.ContainsKey(key))
        {
            _problems.Add(key, $"{declaration}: {problem()}");
        }
    }
}
