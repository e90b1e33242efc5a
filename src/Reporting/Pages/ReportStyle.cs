namespace Robotics.Reporting.Pages;

/// <summary>The style sheet of reports: one column, readable on a phone and on paper, no fonts or files from elsewhere.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body { margin: 0; background: #F3F4F6; color: #1F2937;
          font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; }
        header { background: #0B3A5B; color: #FFFFFF; padding: 2rem 1rem 1.6rem; }
        header > div, main { max-width: 72rem; margin: 0 auto; }
        main { padding: 1.2rem 1rem 3rem; }
        h1 { margin: 0 0 .4rem; font-size: 1.9rem; line-height: 1.2; }
        h2 { margin: 0 0 .8rem; font-size: 1.25rem; }
        header p { margin: 0; color: #D6E4EF; }
        section { background: #FFFFFF; border: 1px solid #E5E7EB; border-radius: 10px; padding: 1.2rem 1.3rem; margin: 0 0 1.2rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0; }
        dt { color: #4B5563; }
        dd { margin: 0; overflow-wrap: anywhere; }
        code, dd.code { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: .92em; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .9rem; margin-bottom: 1.2rem; }
        .card { background: #FFFFFF; border: 1px solid #E5E7EB; border-radius: 10px; padding: .9rem 1.1rem; }
        .card b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
        .card span { color: #4B5563; font-size: .9rem; }
        figure { margin: 0 0 1rem; }
        figure svg { display: block; width: 100%; height: auto; }
        figcaption { color: #4B5563; font-size: .92rem; margin-top: .4rem; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem; }
        .film { display: flex; gap: 6px; overflow-x: auto; padding-bottom: 4px; }
        .film img { border-radius: 6px; flex: 1 1 0; min-width: 6rem; height: auto; object-fit: contain; }
        .moving { border-radius: 8px; max-width: 100%; width: 320px; height: auto; display: block; margin-bottom: .6rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem; }
        caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
        th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid #E5E7EB; white-space: nowrap; }
        thead th { color: #4B5563; font-weight: 600; border-bottom: 2px solid #D1D5DB; }
        th:first-child { text-align: left; }
        tbody th { font-weight: 500; }
        @media print { body { background: #FFFFFF; } section { break-inside: avoid; } }
        """;
}
