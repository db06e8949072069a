// Where the checkout is that the tests belong to.

namespace Verify.Tests;

/// <summary>Files of the checkout.</summary>
public static class Repository
{
    /// <summary>The top level.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The recorded traces.</summary>
    public static string Counterexamples => Path.Combine(Root, "counterexamples");

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "Verify.sln")) ? directory : Find(Path.GetDirectoryName(directory)!);
}
