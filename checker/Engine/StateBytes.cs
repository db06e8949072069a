// When two states are the same.

namespace Verify.Engine;

/// <summary>States as what the engine takes them for: their bytes, all of which mean something (see <see cref="Padding"/>).</summary>
internal static unsafe class StateBytes
{
    /// <summary>Whether two states are the same.</summary>
    public static bool Same<TState>(TState one, TState other)
        where TState : unmanaged => Same(&one, &other);

    /// <summary>Whether two states are the same, where they are in native memory.</summary>
    public static bool Same<TState>(TState* one, TState* other)
        where TState : unmanaged => new ReadOnlySpan<byte>(one, sizeof(TState)).SequenceEqual(new ReadOnlySpan<byte>(other, sizeof(TState)));
}
