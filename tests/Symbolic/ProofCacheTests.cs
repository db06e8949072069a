// The cache saves time and nothing else: no state of its directory makes a proof of what is none.

using System.Text;
using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

public sealed class ProofCacheTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("verify-proofs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_proof_is_done_once()
    {
        var solver = new Scripted(new SolverAnswer.Unsat());
        Assert.False(Ask(solver).IsFromCache);
        Assert.True(Ask(solver).IsFromCache);
        Assert.Equal(1, solver.Asked);
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void Only_proofs_are_remembered()
    {
        foreach (var answer in new SolverAnswer[] { new SolverAnswer.Sat(new Assignment()), new SolverAnswer.Unknown("tired") })
        {
            var solver = new Scripted(answer);
            var cache = new ProofCache(solver, folder);
            Assert.Equal(answer, cache.Check(Machine.Unsatisfiable(), Machine.Long, default));
            Assert.Equal(answer, cache.Check(Machine.Unsatisfiable(), Machine.Long, default));
            Assert.Equal(2, solver.Asked);
        }

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void Another_question_or_another_solver_is_another_proof()
    {
        Ask(new Scripted(new SolverAnswer.Unsat()));
        var other = new Scripted(new SolverAnswer.Unknown("asked")) { Name = "scripted 2" };
        Assert.IsType<SolverAnswer.Unknown>(new ProofCache(other, folder).Check(Machine.Unsatisfiable(), Machine.Long, default));
        var same = new Scripted(new SolverAnswer.Unknown("asked"));
        Assert.IsType<SolverAnswer.Unknown>(new ProofCache(same, folder).Check(Machine.Satisfiable(), Machine.Long, default));
    }

    [Fact]
    public void No_damage_is_taken_for_a_proof()
    {
        Ask(new Scripted(new SolverAnswer.Unsat()));
        var path = Assert.Single(Directory.GetFiles(folder));
        var entry = File.ReadAllBytes(path);
        var damaged = Enumerable.Range(0, entry.Length).SelectMany(i => Changed(entry, i))
            .Concat(Enumerable.Range(0, entry.Length).Select(length => entry[..length]))
            .Append([.. entry, (byte)'\n'])
            .Append(Encoding.UTF8.GetBytes("unsat\n"))
            .Append(new byte[1 << 16]);
        var honest = new Scripted(new SolverAnswer.Unknown("asked"));
        var count = 0;
        foreach (var bytes in damaged)
        {
            File.WriteAllBytes(path, bytes);
            Assert.IsType<SolverAnswer.Unknown>(new ProofCache(honest, folder).Check(Machine.Unsatisfiable(), Machine.Long, default));
            count++;
        }

        Assert.Equal(count, honest.Asked);
        // The next proof repairs it.
        Assert.False(Ask(new Scripted(new SolverAnswer.Unsat())).IsFromCache);
        Assert.Equal(entry, File.ReadAllBytes(path));
    }

    [Fact]
    public void An_entry_of_another_obligation_under_this_name_is_no_proof()
    {
        Ask(new Scripted(new SolverAnswer.Unsat()));
        var path = Assert.Single(Directory.GetFiles(folder));
        new ProofCache(new Scripted(new SolverAnswer.Unsat()), folder).Check(Machine.Satisfiable(), Machine.Long, default);
        var other = Assert.Single(Directory.GetFiles(folder), file => file != path);
        File.Copy(path, other, overwrite: true);
        var honest = new Scripted(new SolverAnswer.Unknown("asked"));
        Assert.IsType<SolverAnswer.Unknown>(new ProofCache(honest, folder).Check(Machine.Satisfiable(), Machine.Long, default));
    }

    [Fact]
    public void A_directory_that_cannot_be_used_does_not_matter()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        foreach (var directory in new[] { file, Path.Combine(file, "below"), "/proc/verify" })
        {
            var cache = new ProofCache(new Scripted(new SolverAnswer.Unsat()), directory);
            Assert.False(Assert.IsType<SolverAnswer.Unsat>(cache.Check(Machine.Unsatisfiable(), Machine.Long, default)).IsFromCache);
        }
    }

    [Fact]
    public void The_directory_is_made_and_may_be_deleted()
    {
        var below = Path.Combine(folder, "a", "b");
        var cache = new ProofCache(new Scripted(new SolverAnswer.Unsat()), below);
        cache.Check(Machine.Unsatisfiable(), Machine.Long, default);
        Directory.Delete(below, recursive: true);
        Assert.False(Assert.IsType<SolverAnswer.Unsat>(cache.Check(Machine.Unsatisfiable(), Machine.Long, default)).IsFromCache);
        Assert.True(Assert.IsType<SolverAnswer.Unsat>(cache.Check(Machine.Unsatisfiable(), Machine.Long, default)).IsFromCache);
    }

    private static IEnumerable<byte[]> Changed(byte[] entry, int at)
    {
        foreach (var flip in new byte[] { 0x01, 0x20, 0x80 })
        {
            var copy = (byte[])entry.Clone();
            copy[at] ^= flip;
            yield return copy;
        }
    }

    private SolverAnswer.Unsat Ask(ISolver solver) =>
        Assert.IsType<SolverAnswer.Unsat>(new ProofCache(solver, folder).Check(Machine.Unsatisfiable(), Machine.Long, default));

    private sealed class Scripted(SolverAnswer answer) : ISolver
    {
        public string Name { get; init; } = "scripted 1";

        public int Asked { get; private set; }

        public SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation)
        {
            Asked++;
            return answer;
        }
    }
}
