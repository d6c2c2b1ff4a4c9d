"""What an owner may change of a campaign: as texts of a form, and back into the market file's words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from leadhouse.kit.hours import WEEKDAYS
from leadhouse.parties.entries import Config
from leadhouse.parties.faults import Fault, Loc
from leadhouse.web.console.words import DAYS
from leadhouse.web.market.terms import place_of, size_words

PERIODS, UNITS = ("day", "week", "month"), ("count", "money")
_UNIT_WORDS = {"count": "leads", "money": "money"}


@dataclass(frozen=True, slots=True)
class Entered:
    """One field of the form: where it stands in the entry, what it says, and what is wrong with it."""

    name: str
    label: str
    loc: Loc
    text: str
    fault: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that the operator lets be changed together, under the key of `buyer_may`."""

    key: str
    label: str
    fields: tuple[Entered, ...]


def parts_of(
    config: Config, may: Iterable[str], posted: Mapping[str, str] | None = None, faults: Iterable[Fault] = ()
) -> list[Part]:
    """Return the form of a campaign: what is stored, or what was posted, with faults at their fields."""
    allowed = set(may)
    wrong = list(faults)
    return [
        Part(key, label, tuple(_filled(one, posted, wrong) for one in fields))
        for key, label, fields in _parts(config)
        if key in allowed and fields
    ]


def changed(config: Config, may: Iterable[str], posted: Mapping[str, str]) -> Config:
    """Return the entry with what was posted, only in the parts that may be changed; the rest is as it was."""
    fresh = {**config}
    for part in parts_of(config, may, posted):
        texts = {one.loc: one.text.strip() for one in part.fields}
        if part.key == "status":
            fresh["status"] = texts["status",]
        elif part.key == "bids":
            fresh["bids"] = {str(loc[1]): text for loc, text in texts.items() if text}
        elif part.key == "caps":
            fresh |= _kept("caps", _caps(texts))
        else:
            fresh |= _kept("schedule", _schedule(texts))
            fresh = fresh if _schedule(texts) else {k: v for k, v in fresh.items() if k != "schedule"}
    return fresh


def _parts(config: Config) -> Iterator[tuple[str, str, list[Entered]]]:
    status = Entered(
        "status", "Status", ("status",), str(config.get("status", "active")), "", ("active", "paused")
    )
    yield "status", "Active or paused", [status]
    bids = cast(Config, config.get("bids") or {})
    yield (
        "bids",
        "Price for each sale size",
        [
            Entered(f"bids-{size}", size_words(size), ("bids", size), str(amount))
            for size, amount in sorted(bids.items(), key=lambda bid: place_of(bid[0]))
        ],
    )
    yield "caps", "Caps", list(_cap_fields(cast(Config, config.get("caps") or {})))
    hours = cast(Config, config.get("schedule") or {})
    yield (
        "schedule",
        "Hours in which it takes leads",
        [
            Entered(f"schedule-{day}", label, ("schedule", day), ", ".join(_spans(hours.get(day))))
            for day, label in zip(WEEKDAYS, DAYS, strict=True)
        ],
    )


def _cap_fields(caps: Config) -> Iterator[Entered]:
    for period in PERIODS:
        limits = cast(Config, caps.get(period) or {})
        for unit in UNITS:
            text = limits.get(unit)
            label = f"{_UNIT_WORDS[unit].capitalize()} a {period}"
            loc = ("caps", period, unit)
            yield Entered(f"caps-{period}-{unit}", label, loc, "" if text is None else str(text))


def _filled(one: Entered, posted: Mapping[str, str] | None, faults: Iterable[Fault]) -> Entered:
    text = one.text if posted is None else posted.get(one.name, one.text)[:200]
    said = next((fault.message for fault in faults if fault.loc[: len(one.loc)] == one.loc), "")
    return Entered(one.name, one.label, one.loc, text, said, one.choices)


def _caps(texts: Mapping[Loc, str]) -> Config:
    caps: dict[str, dict[str, object]] = {}
    for (_, period, unit), text in texts.items():
        if text:
            limit = int(text) if unit == "count" and text.isascii() and text.isdecimal() else text
            caps.setdefault(str(period), {})[str(unit)] = limit
    return cast(Config, caps)


def _schedule(texts: Mapping[Loc, str]) -> Config:
    spans = {
        str(loc[1]): [one.strip() for one in text.split(",") if one.strip()] for loc, text in texts.items()
    }
    return {day: hours for day, hours in spans.items() if hours}


def _kept(key: str, value: Config) -> Config:
    return {key: value} if value or key == "caps" else {}


def _spans(hours: object) -> list[str]:
    if isinstance(hours, str):
        return [hours]
    return [str(one) for one in hours] if isinstance(hours, list) else []
