// Canonicalisation against giving a state all other names there are.

using Verify.Engine.Reduction;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Reduction;

/// <summary>Who points to whom: four nodes that are alike, and three colours.</summary>
public record struct Pointers(Four To, Four Colour, byte Root, byte RootColour);

public class CanonTests
{
    // Signatures that tell nothing, a little, or nearly all: the orbits are the same.
    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void States_have_the_same_representative_exactly_if_they_differ_in_names_only(int telling) => Seeds.Run(seed =>
    {
        var random = new Random((int)seed);
        var model = new PointerModel(telling);
        var canon = new Canon<Pointers>(model, []);
        for (int i = 0; i < 300; i++)
        {
            Pointers state = PointerModel.Draw(random);
            string chosen = Orbits.Key(Representative(canon, state));
            IReadOnlyCollection<Pointers> orbit = Orbits.Of(model, state);
            Assert.Contains(chosen, orbit.Select(Orbits.Key));
            Assert.All(orbit, each => Assert.Equal(chosen, Orbits.Key(Representative(canon, each))));
        }
    });

    private static unsafe Pointers Representative(Canon<Pointers> canon, Pointers state)
    {
        canon.Canonicalise(&state);
        return state;
    }

    private readonly struct PointerModel(int telling) : ISymmetricSystem<Pointers>
    {
        private const int Nodes = 4;
        private const int Colours = 3;

        public IReadOnlyList<string> Actions => [];

        public IReadOnlyList<IndexSet> Symmetries => [new("nodes", Nodes), new("lone", 1), new("colours", Colours)];

        public static Pointers Draw(Random random)
        {
            Pointers state = default;
            (state.Root, state.RootColour) = ((byte)random.Next(Nodes), (byte)random.Next(Colours));
            Four to = default;
            Four colour = default;
            int most = random.Next(1, Nodes + 1);
            for (int node = 0; node < Nodes; node++)
            {
                (to[node], colour[node]) = ((byte)random.Next(most), (byte)random.Next(Math.Min(most, Colours)));
            }
            return state with { To = to, Colour = colour };
        }

        public void Rename(in Pointers state, int set, ReadOnlySpan<byte> names, ref Pointers renamed)
        {
            Four to = state.To;
            Four colour = state.Colour;
            for (int node = 0; node < Nodes; node++)
            {
                if (set == 0)
                {
                    (to[names[node]], colour[names[node]]) = (names[state.To[node]], state.Colour[node]);
                }
                else if (set == 2)
                {
                    colour[node] = names[state.Colour[node]];
                }
            }
            renamed = new(to, colour, set == 0 ? names[state.Root] : state.Root, set == 2 ? names[state.RootColour] : state.RootColour);
        }

        public ulong Signature(in Pointers state, int set, int index)
        {
            if (telling == 0)
            {
                return 0;
            }
            ulong pointed = 0;
            for (int node = 0; node < Nodes; node++)
            {
                pointed += set == 0 ? (state.To[node] == index ? 1UL : 0) : set == 2 && state.Colour[node] == index ? 1UL : 0;
            }
            bool self = set == 0 && state.To[index] == index;
            ulong root = (set == 0 ? state.Root : state.RootColour) == index ? 1UL : 0;
            return telling == 1 ? root : root | (pointed << 1) | (self ? 16UL : 0);
        }

        public void Initial<TSink>(ref TSink sink)
            where TSink : struct, ISink<Pointers>, allows ref struct
        {
        }

        public void Next<TSink>(in Pointers state, ref TSink sink)
            where TSink : struct, ISink<Pointers>, allows ref struct
        {
        }

        public void Describe(in Pointers state, IStateText text) => text.Field("root", $"{state.Root}");

        public ActionText Say(in Pointers before, Step step) => new("", "");

        public ulong Rank(in Pointers state) => 0;

        public bool IsFinal(in Pointers state) => true;
    }
}
