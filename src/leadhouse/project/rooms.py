"""The rooms of the house in the order in which rows flow down; a room imports only those before it."""

from pathlib import Path

ROOMS = (
    "kit",
    "rules",
    "store",
    "outbound",
    "timeline",
    "parties",
    "identity",
    "capture",
    "track",
    "qualify",
    "billing",
    "allocate",
    "deliver",
    "feedback",
    "score",
    "center",
    "attribute",
    "automate",
    "report",
    "simulate",
    "amend",
    "flow",
    "web",
    "project",
)

_HOUSE = Path(__file__).parents[1]


def rooms_with_tables() -> list[str]:
    """Return the rooms that own something in the database, as Django's apps; the app's label is the room."""
    return [
        f"leadhouse.{room}"
        for room in ROOMS
        if (_HOUSE / room / "models.py").exists() or (_HOUSE / room / "migrations").exists()
    ]
