// What the program's exit status means.

namespace Verify.Cli;

/// <summary>The exit status of every command.</summary>
internal static class ExitStatus
{
    /// <summary>Every verdict is the expected one; every trace replayed.</summary>
    public const int AsExpected = 0;

    /// <summary>A verdict differs from the expected one.</summary>
    public const int Differs = 1;

    /// <summary>Unusable arguments or input, or a model that failed.</summary>
    public const int Unusable = 2;

    /// <summary>No verdict differs, but a limit or Ctrl-C left some open.</summary>
    public const int Inconclusive = 3;
}
