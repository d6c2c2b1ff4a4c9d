"""What the steps of the leads' road took, as a table."""

from collections.abc import Sequence

from rich.table import Table

from leadhouse.report.figure_types import StepTimes


def steps_table(times: Sequence[StepTimes], title: str) -> Table:
    """Return a row a kind of step, the bottleneck first: what took most of all leads' time together."""
    together = sum(one.total_ms for one in times)
    table = Table(title=title, title_justify="left")
    table.add_column("Step")
    for heading in ("Taken", "In vain", "Half took up to", "95% took up to", "Of all time"):
        table.add_column(heading, justify="right")
    for one in times:
        table.add_row(
            f"{one.step} / {one.type}",
            f"{one.taken:,}",
            f"{one.failed:,}",
            f"{one.median_ms:,} ms",
            f"{one.most_ms:,} ms",
            f"{one.total_ms / together:.1%}" if together else "–",
        )
    return table
