// What reductions may rest on: the processes are interchangeable.

using Verify.Transitions;

namespace Verify.Model.Classics;

/// <content>Of the 2^N + N states, N + 2 are left: nobody inside, 1 to N readers, a writer.</content>
public readonly partial struct ReadersWriters : ISymmetricSystem<ReadersWritersState>
{
    /// <inheritdoc/>
    public IReadOnlyList<IndexSet> Symmetries => [new("processes", Processes)];

    /// <inheritdoc/>
    public void Rename(in ReadersWritersState state, int set, ReadOnlySpan<byte> names, ref ReadersWritersState renamed)
    {
        for (int i = 0; i < Processes; i++)
        {
            renamed.At[names[i]] = state.At[i];
        }
    }

    /// <summary>What the process does, which is all there is of it.</summary>
    public ulong Signature(in ReadersWritersState state, int set, int index) => state.At[index];
}
