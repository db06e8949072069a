// Something the user gave that cannot be used.

namespace Verify.Cli;

/// <summary>Unusable arguments or input. The message is one line: what, where, what to do. The program ends with status 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
