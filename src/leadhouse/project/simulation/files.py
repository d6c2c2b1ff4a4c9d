"""A simulation as files: all figures as JSON, campaigns and leads as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import orjson

from leadhouse.kit.clock import iso
from leadhouse.project.commands import CommandError
from leadhouse.project.simulation.runs import Ran, Simulation
from leadhouse.report.csv_text import csv_pieces
from leadhouse.simulate import documents

_BATCH = 1_000

_WRITTEN = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS


def write(simulation: Simulation, folder: Path) -> list[Path]:
    """Write simulation.json, campaigns.csv and leads.csv, of a changed run leads_changed.csv too."""
    changed = simulation.changed
    other = changed.figures if changed else None
    files: dict[str, Iterable[str]] = {
        "simulation.json": [_json(simulation)],
        "campaigns.csv": csv_pieces(
            documents.CAMPAIGN_HEADER,
            [list(documents.campaign_rows(simulation.base.figures, other))],
        ),
        "leads.csv": csv_pieces(documents.LEAD_HEADER, _leads(simulation.base)),
    }
    if changed:
        files["leads_changed.csv"] = csv_pieces(documents.LEAD_HEADER, _leads(changed))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / name, pieces) for name, pieces in files.items()]
    except OSError as error:
        raise CommandError(f"{error.filename or folder} cannot be written: {error.strerror}") from None


def _write(file: Path, pieces: Iterable[str]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(pieces)
    return file


def _leads(ran: Ran) -> Iterator[Sequence[documents.Row]]:
    rows = list(documents.lead_rows(ran.told, ran.setting.market))
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _json(simulation: Simulation) -> str:
    base, changed = simulation.base, simulation.changed
    document: documents.Document = {
        "market": base.setting.market.name,
        "leads": _about(simulation),
        "base": documents.figures_document(base.figures),
    }
    if base.agreement:
        document["as_recorded"] = {
            "equal": base.agreement.equal,
            "different": [{"lead": str(lead), "round": number} for lead, number in base.agreement.different],
        }
    if changed:
        document |= {
            "change": simulation.asked.change.told(),
            "changed": documents.figures_document(changed.figures),
            "difference": documents.difference_document(base.figures, changed.figures),
        }
    if simulation.answer:
        currency = base.figures.currency
        document["counterfactual"] = documents.counterfactual_document(simulation.answer, currency)
    return orjson.dumps(document, option=_WRITTEN).decode()


def _about(simulation: Simulation) -> documents.Document:
    asked, log = simulation.asked, simulation.log
    if log is None:
        return {"kind": "month", "month": f"{asked.month:%Y-%m}", "seed": asked.seed}
    return {"kind": "log", "since": iso(log.begins), "until": iso(log.span.until)}
