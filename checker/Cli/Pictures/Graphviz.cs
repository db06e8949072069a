// Draws DOT with the program that Debian's package graphviz has.

using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Verify.Engine.Traces;

namespace Verify.Cli.Pictures;

/// <summary>What came of drawing a graph.</summary>
/// <param name="Svg">The picture; null where there is none.</param>
/// <param name="Problem">Why there is none, and what to do; empty where there is one.</param>
public sealed record Drawing(string? Svg, string Problem);

/// <summary>Graphviz on this machine.</summary>
internal static class Graphviz
{
    /// <summary>Draws a graph in DOT as SVG with the program `dot`, which has to be installed.</summary>
    /// <param name="dot">The graph.</param>
    /// <param name="cancel">Ends it: large graphs take minutes.</param>
    public static Drawing Draw(string dot, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dot", ["-Tsvg"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            using var process = Process.Start(start)!;
            using var stop = cancel.Register(process.Kill);
            var svg = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
            process.StandardInput.Write(dot);
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0 ? new(svg.Result, "")
                : new(null, cancel.IsCancellationRequested ? "drawing was stopped" : $"dot failed: {OneLine.Quote(complaint.Result.Trim())}");
        }
        catch (Win32Exception)
        {
            return new(null, "Graphviz, which draws it, is not installed: apt-get install graphviz; or give --format dot");
        }
        catch (IOException broken)
        {
            return new(null, $"dot ended early: {OneLine.Of(broken.Message)}");
        }
    }
}
