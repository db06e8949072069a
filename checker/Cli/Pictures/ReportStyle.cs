// How the report looks.

namespace Verify.Cli.Pictures;

/// <summary>The style sheet and the script of the report. Neither has a less-than sign or an ampersand; see <see cref="Markup.Raw"/>.</summary>
internal static class ReportStyle
{
    /// <summary>Light and dark, as the reader's system says; nothing is fetched from elsewhere.</summary>
    public const string Sheet = """

        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --panel: #f6f8fa; --link: #0550ae;
          --good: #d9f2dd; --good-ink: #10562a; --bad: #ffd9d4; --bad-ink: #97180c; --bad-line: #c62828; --odd: #fff0c2; --odd-ink: #6b4700; --alarm: #b3001e; --alarm-ink: #ffffff;
          --open: #e3e0f7; --open-ink: #40318a; --bar: #a8c7ec; --bar-new: #2f6fba; --again: #b35900;
          --l0: #dcebfb; --l1: #e2f3e0; --l2: #fdeccf; --l3: #efe3fa; --l4: #d9f1f1; --l5: #fbe3ec; }
        @media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e3e8ee; --soft: #9aa5b1; --rule: #38414c; --panel: #1d232a; --link: #7fb6ff;
          --good: #16402a; --good-ink: #a5e8ba; --bad: #5a1d1a; --bad-ink: #ffc4bd; --bad-line: #ff7a6b; --odd: #4a3a0d; --odd-ink: #ffe29a; --alarm: #ff4d5e; --alarm-ink: #1a0003;
          --open: #322b5c; --open-ink: #cfc7ff; --bar: #35557d; --bar-new: #6fa8ec; --again: #ffa94d;
          --l0: #1d3450; --l1: #1e3b25; --l2: #47360f; --l3: #38264d; --l4: #143d3d; --l5: #4a2233; } }
        body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; margin: 0 auto; padding: 1.5em 2em 4em; max-width: 1500px; }
        a { color: var(--link); }
        h1 { font-size: 1.7em; margin: 0 0 .3em; }
        h2 { font-size: 1.35em; margin: 2.2em 0 .2em; border-top: 2px solid var(--rule); padding-top: .8em; }
        h3 { font-size: 1.08em; margin: 1.5em 0 .3em; }
        p, ul { max-width: 62em; }
        .soft, figcaption { color: var(--soft); font-size: .9em; }
        .wide { overflow-x: auto; }
        code, .mono { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
        pre { font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4em 0; }
        table { border-collapse: collapse; }
        .matrix { font-variant-numeric: tabular-nums; font-size: .92em; }
        .matrix th, .matrix td { padding: 1px 6px; text-align: right; white-space: nowrap; }
        .matrix th[scope=row] { text-align: left; font-weight: normal; padding-right: 1em; position: sticky; left: 0; background: var(--paper); }
        .matrix thead th { color: var(--soft); font-weight: normal; border-bottom: 1px solid var(--rule); vertical-align: bottom; }
        .matrix thead a { text-decoration: none; }
        .matrix td.cell, .key { text-align: center; min-width: 1.35em; padding: 1px 3px; border: 1px solid var(--paper); font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
        .cell a { color: inherit; display: block; text-decoration: underline; font-weight: bold; }
        .key { display: inline-block; width: 1.6em; }
        .holds { background: var(--good); color: var(--good-ink); }
        .violated { background: var(--bad); color: var(--bad-ink); }
        .vacuous { background: var(--odd); color: var(--odd-ink); }
        .inconclusive { background: var(--open); color: var(--open-ink); }
        .differs, .defect { background: var(--alarm); color: var(--alarm-ink); font-weight: bold; }
        .legend td { padding: 2px .9em 2px 0; vertical-align: top; }
        .claims { font-size: .92em; }
        .claims td { padding: 3px .8em 3px 0; vertical-align: top; border-bottom: 1px solid var(--rule); }
        .claims td:first-child { text-align: right; color: var(--soft); }
        .claims tr:target td { background: var(--odd); }
        .tiles { display: flex; flex-wrap: wrap; gap: .8em; margin: 1em 0; }
        .tile { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: .4em 1em; }
        .tile b { font-size: 1.5em; display: block; font-variant-numeric: tabular-nums; }
        .tile.alarm { border: 2px solid var(--alarm); }
        details.trace p { margin: .35em 0; }
        details { margin: .3em 0; }
        summary { cursor: pointer; padding: .15em 0; }
        details.variant { border: 1px solid var(--rule); border-radius: 6px; padding: .1em .8em; }
        details.variant[open] { padding-bottom: .8em; }
        details.trace { border-left: 3px solid var(--bad-line); padding: 0 0 0 .8em; margin: .5em 0; }
        .at { scroll-margin-top: 5em; }
        .numbers { display: flex; flex-wrap: wrap; gap: 2.5em; align-items: flex-start; }
        figure { margin: .5em 0; }
        .plot text { font-size: 12px; fill: var(--soft); }
        .plot .area { fill: var(--bar-new); }
        .plot .axis { stroke: var(--soft); }
        .bars { font-size: .88em; font-variant-numeric: tabular-nums; }
        .bars caption { caption-side: bottom; text-align: left; color: var(--soft); padding-top: .3em; }
        .bars th { color: var(--soft); font-weight: normal; text-align: right; padding: 0 .6em; }
        .bars th:first-child, .bars td:first-child { text-align: left; padding-left: 0; }
        .bars td { text-align: right; padding: 0 .6em; white-space: nowrap; }
        .bars td.bar { width: 190px; min-width: 190px; position: relative; }
        .bars .bar span { position: absolute; left: 0; height: 9px; top: 7px; background: var(--bar); border-radius: 2px; }
        .bars .bar .new { background: var(--bar-new); }
        .bars .never td { color: var(--again); font-weight: bold; }
        svg.run { display: block; background: var(--panel); border-radius: 6px; }
        svg.run text { font: 11.5px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); white-space: pre; }
        svg.run .b, svg.run text.actor { font-weight: bold; }
        svg.run text.actor { text-anchor: middle; }
        svg.run text.no { text-anchor: end; fill: var(--soft); }
        svg.run text.f { fill: var(--link); }
        svg.run .lane { stroke: var(--rule); stroke-width: 2; }
        svg.run .arrow { stroke: currentColor; stroke-width: 1.5; fill: none; }
        svg.run rect { stroke: var(--soft); stroke-width: .8; }
        svg.run .loop { fill: none; stroke: var(--again); stroke-width: 2.5; }
        svg.run text.again { text-anchor: middle; fill: var(--again); font-weight: bold; }
        .l0 { fill: var(--l0); } .l1 { fill: var(--l1); } .l2 { fill: var(--l2); } .l3 { fill: var(--l3); } .l4 { fill: var(--l4); } .l5 { fill: var(--l5); }
        svg.run rect.bad { fill: var(--bad); stroke: var(--bad-line); stroke-width: 2.2; }

        """;

    /// <summary>Opens what a link leads into, for browsers that leave it folded. Nothing needs it to be read.</summary>
    public const string Script = """

        function reveal() {
          var at = document.getElementById(location.hash.slice(1));
          for (var up = at; up; up = up.parentElement) { if (up.tagName == 'DETAILS') { up.open = true; } }
          if (at) { at.scrollIntoView(); }
        }
        addEventListener('hashchange', reveal);
        reveal();

        """;
}
