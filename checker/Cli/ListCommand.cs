// verify list: what can be checked.

using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>verify list.</summary>
internal sealed class ListCommand
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Option<bool> json = new("--json") { Description = "Print it as a JSON array" };

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("list", "List the systems with their variants, scopes, properties and theorems, each with its source") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                invocation.Out.WriteLine(Json(invocation.Catalogue));
            }
            else
            {
                Print(invocation.Out, invocation.Catalogue);
            }

            return ExitStatus.AsExpected;
        });
        return command;
    }

    private static void Print(TextWriter writer, IReadOnlyList<SystemEntry> catalogue)
    {
        foreach (var system in catalogue)
        {
            writer.WriteLine(OneLine.Of($"{system.Name}: {system.Summary}"));
            writer.WriteLine($"  scopes: {string.Join(", ", system.Scopes)}{(system.Further.Count > 0 ? $"; by name only: {string.Join(", ", system.Further)}" : "")}");
            writer.WriteLine("  variants:");
            foreach (var variant in system.Variants)
            {
                writer.WriteLine(OneLine.Of($"    {variant.Name}: {variant.Summary}"));
                foreach (var (claim, reason) in variant.Violated)
                {
                    writer.WriteLine(OneLine.Of($"        violates {claim}: {reason}"));
                }

                foreach (var model in variant.WordModels.Where(model => model.Violated is not null))
                {
                    writer.WriteLine(OneLine.Of($"        violates word model {model.Claim.Name}: {model.Violated}"));
                }

                foreach (var theorem in TheoremEntry.Of(system, variant).Where(theorem => theorem.Violated is not null))
                {
                    writer.WriteLine(OneLine.Of($"        violates theorem {theorem.Claim.Name} for {string.Join(", ", theorem.Refuted)}: {theorem.Violated}"));
                }
            }

            Print(writer, "properties", system.Claims);
            Print(writer, "theorems", [.. TheoremEntry.Claims(system)]);
            if (TheoremEntry.Scopes(system) is { Count: > 0 } profiles)
            {
                writer.WriteLine(OneLine.Of($"  profiles of theorems: {string.Join(", ", profiles)}"));
            }

            Print(writer, "word models, for verify prove --engine bmc, kind or invariant", Models(system));
            writer.WriteLine();
        }
    }

    private static IReadOnlyList<Claim> Models(SystemEntry system) =>
        [.. system.Variants.SelectMany(variant => variant.WordModels).Select(model => model.Claim).DistinctBy(claim => claim.Name)];

    private static void Print(TextWriter writer, string title, IReadOnlyList<Claim> claims)
    {
        if (claims.Count == 0)
        {
            return;
        }

        writer.WriteLine($"  {title}:");
        foreach (var claim in claims)
        {
            writer.WriteLine(OneLine.Of($"    {claim.Name} ({Kind(claim)}): {claim.Sentence}"));
            if (claim.Assuming.Length > 0)
            {
                writer.WriteLine(OneLine.Of($"        assuming {claim.Assuming}"));
            }

            writer.WriteLine(OneLine.Of($"        from {claim.Source}{(claim.Refs.Length > 0 ? $" [{string.Join(", ", claim.Refs)}]" : "")}"));
        }
    }

    private static string Json(IReadOnlyList<SystemEntry> catalogue)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartArray();
            foreach (var system in catalogue)
            {
                json.WriteStartObject();
                json.WriteString("system", system.Name);
                json.WriteString("summary", system.Summary);
                WriteStrings(json, "scopes", system.Scopes);
                WriteStrings(json, "furtherScopes", system.Further);
                WriteArray(json, "variants", system.Variants, (writer, variant) => WriteVariant(writer, system, variant));
                WriteArray(json, "properties", system.Claims, WriteClaim);
                WriteArray(json, "theorems", [.. TheoremEntry.Claims(system)], WriteClaim);
                WriteStrings(json, "profiles", TheoremEntry.Scopes(system));
                WriteArray(json, "wordModels", Models(system), WriteClaim);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteVariant(Utf8JsonWriter json, SystemEntry system, VariantEntry variant)
    {
        json.WriteString("variant", variant.Name);
        json.WriteString("summary", variant.Summary);
        json.WriteStartObject("violates");
        foreach (var (claim, reason) in variant.Violated)
        {
            json.WriteString(claim, reason);
        }

        json.WriteEndObject();
        WriteArray(json, "theorems", TheoremEntry.Of(system, variant), WriteTheorem);
    }

    // Expected to fail on the profiles in "violated", for the reason in "reason".
    private static void WriteTheorem(Utf8JsonWriter json, TheoremEntry theorem)
    {
        json.WriteString("theorem", theorem.Claim.Name);
        WriteStrings(json, "profiles", [.. theorem.Profiles.Select(profile => profile.Scope)]);
        WriteStrings(json, "violated", theorem.Refuted);
        json.WriteString("reason", theorem.Violated);
    }

    private static void WriteClaim(Utf8JsonWriter json, Claim claim)
    {
        json.WriteString("property", claim.Name);
        json.WriteString("kind", Kind(claim));
        json.WriteString("sentence", claim.Sentence);
        json.WriteString("assuming", claim.Assuming);
        json.WriteString("source", claim.Source);
        WriteStrings(json, "refs", claim.Refs);
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>The form of a claim as the program prints it.</summary>
    internal static string Kind(Claim claim) => claim.Kind switch
    {
        PropertyKind.LeadsTo => "leads-to",
        PropertyKind.NoLivelock => "no-livelock",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
