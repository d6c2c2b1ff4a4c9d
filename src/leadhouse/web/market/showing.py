"""A form as its page draws it: every part with its texts, choices and faults, and rules as nested groups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from leadhouse.parties.faults import Fault
from leadhouse.rules import Field
from leadhouse.web.market import rule_showing
from leadhouse.web.market.parts import Block, Choice, Item, Part, Repeat, Section, Widget
from leadhouse.web.market.raw import Raw, block, rows, text, texts
from leadhouse.web.market.reading import WAS
from leadhouse.web.market.values import HAS_HOURS, NAMED_SIZES, OTHERS
from leadhouse.web.market.week import Day, week

Offers = Mapping[str, tuple[Choice, ...]]


@dataclass(slots=True)
class Shown:
    """One part drawn; `name` is its place in the form, which is the place of its faults, too."""

    kind: str
    name: str
    label: str
    hint: str = ""
    value: object = ""
    unit: str = ""
    is_wide: bool = False
    choices: tuple[Choice, ...] = ()
    fault: str = ""
    nothing: str = ""
    was: str = ""
    is_folded: bool = False
    tag: "Shown | None" = None
    parts: list["Shown"] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    rule: rule_showing.Group | None = None

    @property
    def id(self) -> str:
        """Return the part's id on the page."""
        return "f-" + self.name.replace(".", "-")


Blamed = Shown | Day | rule_showing.Condition | rule_showing.Group


@dataclass(frozen=True, slots=True)
class ShownSection:
    key: str
    title: str
    hint: str
    parts: list[Shown]

    @property
    def faults(self) -> int:
        """Return how many parts of the section have something wrong."""
        return sum(1 for one in blamable(self.parts) if one.fault)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn with: the choices of the market, and the fields that rules may ask about."""

    offers: Offers
    fields: Mapping[str, Field]


def shown(sections: Iterable[Section], raw: Raw, drawing: Drawing) -> list[ShownSection]:
    """Return the sections of a form with what stands in them."""
    return [
        ShownSection(one.key, one.title, one.hint, _parts(one.parts, raw, "", drawing)) for one in sections
    ]


def walked(parts: Iterable[Shown]) -> Iterator[Shown]:
    """Yield every part and all that is inside it."""
    for one in parts:
        yield one
        if one.tag is not None:
            yield one.tag
        yield from walked(one.parts)


def blamable(parts: Iterable[Shown]) -> Iterator[Blamed]:
    """Yield everything beside which a fault can stand."""
    for one in walked(parts):
        # A rule's outermost group stands at the place of its part.
        yield from [one] if one.rule is None else rule_showing.nodes(one.rule)
        # A week that is not asked about is not drawn.
        yield from one.days if one.value == "on" else ()


def blame(sections: Sequence[ShownSection], faults: Iterable[Fault]) -> list[Fault]:
    """Put each fault beside the nearest part that it speaks of; return those that belong to none."""
    places = {one.name: one for section in sections for one in blamable(section.parts)}
    return [fault for fault in faults if not _is_placed(fault, places)]


def _is_placed(fault: Fault, places: Mapping[str, "Blamed"]) -> bool:
    parts = [str(part) for part in fault.loc]
    while parts:
        found = places.get(".".join(parts))
        if found is not None:
            rest = fault.loc[len(parts) :]
            said = f"{_beside(rest)}{fault.message}"
            found.fault = f"{found.fault}; {said}" if found.fault else said
            return True
        parts.pop()
    return False


# What a condition's parts are called in the file: they stand side by side and need no name.
_OWN = ("field", "operator", "value")


def _beside(rest: tuple[str | int, ...]) -> str:
    """Say of which of several values a fault speaks."""
    named = [f"no. {part + 1}" if isinstance(part, int) else part for part in rest if part not in _OWN]
    return f"{' '.join(named)}: " if named else ""


def _parts(parts: Sequence[Part], raw: Raw, prefix: str, drawing: Drawing) -> list[Shown]:
    return [_part(one, raw, f"{prefix}{one.key}", drawing) for one in parts]


def _part(part: Part, raw: Raw, name: str, drawing: Drawing) -> Shown:
    if isinstance(part, Item):
        return _item(part, raw, name, drawing)
    if isinstance(part, Block):
        return _block(part, block(raw, part.key), name, drawing, part.label)
    listed = [
        _block(part, one, f"{name}.{place}", drawing, f"{part.noun} {place + 1}")
        for place, one in enumerate(rows(raw, part.key))
    ]
    return Shown("repeat", name, part.label, part.hint, part.noun, nothing=part.nothing, parts=listed)


def _block(part: Block | Repeat, raw: Raw, name: str, drawing: Drawing, label: str) -> Shown:
    tag = _item(part.tag, raw, f"{name}.{part.tag.key}", drawing) if part.tag else None
    chosen = part.variants.get(str(tag.value), ()) if tag else ()
    is_row = isinstance(part, Repeat)
    inner = _parts((*part.parts, *chosen), raw, f"{name}.", drawing)
    return Shown(
        "row" if is_row else "block",
        name,
        label,
        "" if is_row else part.hint,
        value=part.noun if isinstance(part, Repeat) else "",
        was=text(raw, WAS),
        tag=tag,
        is_folded=isinstance(part, Block) and part.is_folded and not _says_something(part.parts, raw),
        parts=inner,
    )


def _says_something(parts: Sequence[Part], raw: Raw) -> bool:
    """Return whether anything but defaults stands in a block."""
    return any(
        _says_something(one.parts, block(raw, one.key))
        if isinstance(one, Block)
        else isinstance(one, Item) and text(raw, one.key) not in ("", one.default)
        for one in parts
    )


def _item(item: Item, raw: Raw, name: str, drawing: Drawing) -> Shown:
    one = Shown(item.widget.value, name, item.label, item.hint, unit=item.unit, is_wide=item.is_wide)
    one.choices = (*item.choices, *drawing.offers.get(item.offers, ())) if item.offers else item.choices
    if item.widget in (Widget.CHECKS, Widget.NUMBERS):
        chosen = texts(raw, item.key)
        one.value = chosen
        known = {value for value, _ in one.choices}
        one.choices = (*one.choices, *((value, value) for value in chosen if value not in known))
    elif item.widget is Widget.BIDS:
        inner = block(raw, item.key)
        one.parts = [
            Shown("money", f"{name}.{size}", _SIZES[size], value=text(inner, size)) for size in NAMED_SIZES
        ]
        one.parts.append(
            Shown("text", f"{name}.{OTHERS}", "Larger sizes", "Like 5: 12.00, 6: 10.00", text(inner, OTHERS))
        )
    elif item.widget is Widget.WEEK:
        inner = block(raw, item.key)
        one.value, one.days = text(inner, HAS_HOURS), week(inner, name)
    elif item.widget is Widget.RULE:
        one.rule = rule_showing.drawn(block(raw, item.key), name, drawing.fields)
    else:
        one.value = text(raw, item.key) or (item.default if item.widget is Widget.CHOICE else "")
        if item.widget is Widget.CHOICE:
            one.choices = _with_present(one.choices, str(one.value))
    return one


_SIZES = {
    "exclusive": "Exclusive",
    "duo": "Duo",
    "trio": "Trio",
    "quad": "Quad",
    "any": "Any other",
}


def _with_present(choices: tuple[Choice, ...], value: str) -> tuple[Choice, ...]:
    is_known = any(value == known for known, _ in choices)
    return choices if is_known or not value else (*choices, (value, value))
