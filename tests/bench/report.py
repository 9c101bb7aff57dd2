"""The result for people, as tables, and for machines, as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.bench.verdict import Figure, Verdict


def show(verdict: Verdict, console: Console) -> None:
    """Print one contest's table."""
    times = f"{verdict.repetitions} repetitions" if verdict.repetitions > 1 else "1 repetition"
    title = f"{verdict.title}  [dim]{verdict.units:,} {verdict.unit}, {times}; --only {verdict.name}[/dim]"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, min_width=100)
    table.add_column("", min_width=42)
    for head in _heads(verdict):
        table.add_column(head, justify="right")
    for figure in verdict.figures:
        table.add_row(f"{figure.name} [dim]{figure.role}[/dim]", *_cells(verdict, figure))
    console.print(table)
    for name in verdict.figures[0].beside:
        said = "; ".join(f"{figure.beside[name]:,.1f} {figure.name}" for figure in verdict.figures)
        console.print(f"  {name}: {said}", highlight=False)
    for text in sorted({figure.inconclusive for figure in verdict.figures} - {""}):
        console.print(f"  [yellow]inconclusive[/yellow]: {text}")
    console.print()


def _heads(verdict: Verdict) -> Sequence[str]:
    ends = ("CPU µs each", "around it", "missing", "twice")
    if verdict.paced:
        return ("p50 ms", "p99 ms", *ends, "p99 ÷ ours")
    return (f"{verdict.unit}/s", *ends, "ours ÷ this")


def _cells(verdict: Verdict, figure: Figure) -> Sequence[str]:
    around = "" if figure.around_cpu_us is None else f"{figure.around_cpu_us:.1f}"
    ratio = "" if figure.ratio is None else f"{'~' if figure.inconclusive else ''}× {figure.ratio:.2f}"
    ends = (f"{figure.cpu_us:.2f}", around, _count(figure.missing), _count(figure.repeated), ratio)
    if verdict.paced:
        return (f"{figure.p50_ms:.1f}", f"{figure.p99_ms:.1f}", *ends)
    return (f"{figure.per_s:,.0f}", *ends)


def _count(number: int) -> str:
    return f"[red]{number:,}[/red]" if number else "0"
