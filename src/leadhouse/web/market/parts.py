"""The parts that an entry's form is made of; each stands for one key of the market file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Choice = tuple[str, str]


class Widget(StrEnum):
    """How one value is typed: LIST takes commas and lines, LINES only lines, PAIRS `name: value` lines.

    CHECKS are boxes of which any may be ticked, NUMBERS the same for whole numbers.
    """

    TEXT = "text"
    LONG = "long"
    MONEY = "money"
    WHOLE = "whole"
    DECIMAL = "decimal"
    CHOICE = "choice"
    CHECKS = "checks"
    NUMBERS = "numbers"
    FLAG = "flag"
    LIST = "list"
    LINES = "lines"
    PAIRS = "pairs"
    SECRET = "secret"  # noqa: S105 - a kind of field
    BIDS = "bids"
    WEEK = "week"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Item:
    """One value; `default` is what the file means when it is absent, `offers` names choices of the market.

    What `is_required` is written whatever it says.
    """

    key: str
    label: str
    widget: Widget = Widget.TEXT
    hint: str = ""
    default: str = ""
    choices: tuple[Choice, ...] = ()
    offers: str = ""
    unit: str = ""
    is_wide: bool = False
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping of its own; with a `tag`, whose value says which of the variants' parts it has besides.

    One that `is_folded` opens by itself only when it says something.
    """

    key: str
    label: str
    parts: tuple["Part", ...] = ()
    hint: str = ""
    tag: Item | None = None
    variants: Mapping[str, tuple["Part", ...]] = field(default_factory=dict)
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """A list of mappings; `noun` names one of them, `nothing` says what an empty list means."""

    key: str
    label: str
    noun: str
    parts: tuple["Part", ...] = ()
    hint: str = ""
    nothing: str = ""
    tag: Item | None = None
    variants: Mapping[str, tuple["Part", ...]] = field(default_factory=dict)


Part = Item | Block | Repeat


@dataclass(frozen=True, slots=True)
class Section:
    """Parts that belong together on the page."""

    key: str
    title: str
    parts: tuple[Part, ...]
    hint: str = ""
