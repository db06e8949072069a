// The verdicts as a JSON array, for scripts and reports.

using System.Text.Encodings.Web;
using System.Text.Json;
using Verify.Engine;

namespace Verify.Cli;

/// <summary>A JSON report that appears whole or not at all. It may replace an older report.</summary>
internal sealed class RowsFile : IDisposable
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ReportFile file;

    private RowsFile(ReportFile file) => this.file = file;

    /// <summary>Opens the report now, so that a run of hours does not end in a file that cannot be written; null for no path.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static RowsFile? Open(string? path) => ReportFile.Open(path, "--json") is { } file ? new(file) : null;

    /// <summary>Writes the rows and puts the report in its place.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public void Write(IReadOnlyList<Examination> examinations, ProofResults proved) => Write(json =>
    {
        foreach (var examination in examinations)
        {
            foreach (var row in examination.Rows)
            {
                WriteRow(json, "explore", row, examination.Report, examination.Report?.Seconds ?? 0, writer => WriteStore(writer, examination.Report));
            }
        }

        foreach (var proof in proved.Proofs)
        {
            WriteRow(json, "prove", proof.Row, null, proof.Report?.Seconds ?? 0, writer => WriteProof(writer, proof, proved), Math.Max(0, proof.Words?.Depth ?? 0));
        }
    });

    /// <summary>Writes an array of what <paramref name="rows"/> writes, and puts the report in its place.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public void Write(Action<Utf8JsonWriter> rows) => file.Write(stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartArray();
            rows(json);
            json.WriteEndArray();
        }

        stream.WriteByte((byte)'\n');
    });

    /// <summary>Removes the draft where no report came of it.</summary>
    public void Dispose() => file.Dispose();

    private static void WriteRow(Utf8JsonWriter json, string method, Row row, ExplorationReport? report, double seconds, Action<Utf8JsonWriter> more, int depth = 0)
    {
        var target = row.Target;
        json.WriteStartObject();
        json.WriteString("system", target.System.Name);
        json.WriteString("variant", target.Variant.Name);
        json.WriteString("scope", target.Scope);
        json.WriteString("property", row.Outcome.Claim.Name);
        json.WriteStartArray("refs");
        foreach (string reference in row.Outcome.Claim.Refs)
        {
            json.WriteStringValue(reference);
        }

        json.WriteEndArray();
        json.WriteString("method", method);
        json.WriteString("expected", Row.Word(row.Expected));
        json.WriteString("verdict", Row.Word(row.Outcome.Verdict));
        json.WriteNumber("states", report?.States ?? 0);
        json.WriteNumber("transitions", report?.Transitions ?? 0);
        json.WriteNumber("depth", report?.Depth ?? depth);
        json.WriteNumber("seconds", Math.Round(seconds, 6));
        json.WriteString("counterexample", row.Trace);
        WriteNumber(json, "cases", row.Outcome.Cases);
        more(json);
        json.WriteEndObject();
    }

    /// <summary>Reductions as the program writes them.</summary>
    public static IEnumerable<string> Words(Reductions reductions)
    {
        if (reductions.HasFlag(Reductions.Symmetry))
        {
            yield return "symmetry";
        }

        if (reductions.HasFlag(Reductions.PartialOrder))
        {
            yield return "partial-order";
        }
    }

    // What only explorations have: how states were remembered, null where none was, and which were left out on purpose.
    private static void WriteStore(Utf8JsonWriter json, ExplorationReport? report)
    {
        json.WriteString("store", report is null ? null : StoreWord(report.Store));
        json.WriteStartArray("reductions");
        foreach (string word in Words(report?.Reduced.Reductions ?? Reductions.None))
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
        json.WriteStartArray("actions");
        foreach (var action in report?.Actions ?? [])
        {
            json.WriteStartObject();
            json.WriteString("action", action.Action);
            json.WriteNumber("fired", action.Fired);
            json.WriteNumber("new", action.New);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is long known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string StoreWord(StoreKind store) => store.ToString().ToLowerInvariant();

    // What only proofs have: who decided and how, how many questions of which size, how many of them an earlier run had answered, and a defect.
    private static void WriteProof(Utf8JsonWriter json, Proof proof, ProofResults proved)
    {
        var tally = Tally.Of(proof.Obligations);
        json.WriteString("engine", proved.Engine.Name);
        json.WriteString("solver", proved.Solver);
        json.WriteNumber("obligations", proof.Obligations.Count);
        json.WriteNumber("bytes", proof.Obligations.Sum(obligation => (long)obligation.Bytes));
        json.WriteNumber("cached", tally.Cached);
        json.WriteString("defect", proof.Defect);
    }
}
