// The seam between the walk and how it chooses.

namespace Verify.Engine.Sampling;

/// <summary>
/// Chooses among the enabled steps, which are then taken. One value serves one thread for many walks; what it chooses in a walk may depend on that walk and its
/// random numbers only, and on what was common to all walks when their round began.
/// </summary>
internal interface IStrategy<TState>
    where TState : unmanaged
{
    /// <summary>The most steps that one agent could choose from so far; 0 where nobody asks who acts.</summary>
    int Widest => 0;

    /// <summary>Begins a walk and chooses its initial state.</summary>
    /// <param name="place">The walk's place in its round, from 0.</param>
    /// <param name="initial">The initial states, one or more.</param>
    /// <param name="random">The walk's random numbers.</param>
    /// <returns>The number of the state.</returns>
    int Begin(int place, Moves<TState> initial, ref SplitRandom random);

    /// <summary>Chooses a step.</summary>
    /// <param name="before">The state.</param>
    /// <param name="moves">What is enabled in it, one step or more.</param>
    /// <param name="random">The walk's random numbers.</param>
    /// <returns>The number of the step.</returns>
    int Choose(in TState before, Moves<TState> moves, ref SplitRandom random);
}
