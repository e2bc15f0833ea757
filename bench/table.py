"""The figures as a table: for a terminal and, in the same words, for the README."""

from collections.abc import Iterable, Sequence

from bench.figures import STORES, Report, Row, Verdict

HEADS = ("", "SQLite", "PostgreSQL", "unit")


def table(report: Report, verdicts: Sequence[Verdict]) -> str:
    """Everything, for a terminal."""
    lines = [*_about(report), "", *_aligned(_cells(report.rows)), "", "Targets and ratios:"]
    lines += [f"  {'met    ' if one.met else 'NOT met'} {one.store:10} {one.text}" for one in verdicts]
    return "\n".join(lines) + "\n"


def markdown(report: Report, verdicts: Sequence[Verdict]) -> str:
    """Everything, for the README."""
    lines = [*_about(report), "", f"| {' | '.join(HEADS)} |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(cells)} |" for cells in _cells(report.rows)]
    lines += ["", *(f"- {'met' if one.met else '**not met**'} ({one.store}): {one.text}" for one in verdicts)]
    return "\n".join(lines) + "\n"


def _about(report: Report) -> list[str]:
    about = report.about
    told = [f"Measured {about['date']} on {about['machine']}; {about['software']}."]
    told += [f"{store}: {', '.join(f'{k} {v}' for k, v in facts.items())}." for store, facts in about["stores"].items()]
    if about.get("quick"):
        told.append("QUICK: far smaller than it says, once each; good for seeing that it works, for nothing else.")
    return [*told, f"Median of {about['runs']} runs each, least and most in brackets."]


def _cells(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    return [(f"{row.part}: {row.name}", *(row.cell(store) for store in STORES), row.unit) for row in rows]


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    all_rows = [HEADS, *rows]
    widths = [max(len(row[place]) for row in all_rows) for place in range(len(HEADS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in all_rows]
