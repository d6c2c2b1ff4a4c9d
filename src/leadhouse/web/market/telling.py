"""What a form's rules and areas say in words, and how many of last month's leads they fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from leadhouse.allocate.matching.geography import level_of
from leadhouse.parties.compile_campaign import CampaignPlace, area_of, location_of
from leadhouse.parties.documents import AreaDocument, LocationDocument
from leadhouse.parties.entries import Config, EntryKind
from leadhouse.parties.fields import Catalogue
from leadhouse.parties.market_file import Built, surroundings_of
from leadhouse.parties.sharing import Sharing
from leadhouse.parties.types import Area
from leadhouse.rules import RuleFaults, parse
from leadhouse.web.market.coverage import Coverage, coverage
from leadhouse.web.market.editor import Editor
from leadhouse.web.market.raw import Raw, text
from leadhouse.web.market.sample import Sample, Share, sample_of
from leadhouse.web.market.showing import Shown, ShownSection, walked


@dataclass(frozen=True, slots=True)
class Told:
    """What stands under a rule or an area: its sentence, the leads it fits, the ZIPs it covers."""

    id: str
    sentence: str = ""
    share: Share | None = None
    coverage: Coverage | None = None


def told(editor: Editor, raw: Raw, config: Config, sections: Sequence[ShownSection]) -> list[Told]:
    """Return what is to be told under the rules and areas of a form."""
    asked = [one for section in sections for one in walked(section.parts) if _is_told(one)]
    if not asked:
        return []
    fields, sample = editor.fields(raw), sample_of(_product_ids(editor, raw))
    return [_told(one, editor, config, fields, sample) for one in asked]


def targeting_told(editor: Editor) -> Told:
    """Return what is to be told of a stored campaign's area."""
    product = text(editor.former, "product")
    sample = sample_of(_product_ids(editor, {"product": product}))
    return _area_told("where", editor.former.get("where"), editor, sample)


def _is_told(part: Shown) -> bool:
    return part.rule is not None or (part.kind == "block" and part.name.rpartition(".")[2] == "where")


def _told(part: Shown, editor: Editor, config: Config, fields: Catalogue, sample: Sample) -> Told:
    value = value_at(config, part.name)
    if part.rule is not None:
        return _rule_told(part.id, value, fields, sample)
    return _area_told(part.id, value, editor, sample)


def _rule_told(where: str, tree: object, fields: Catalogue, sample: Sample) -> Told:
    if not tree:
        return Told(where, "Every lead.", _share(sample, len(sample.facts)))
    try:
        rule = parse(tree, fields)
    except RuleFaults:
        return Told(where, "Not a whole rule yet: look at what is marked.")
    fitting = sum(1 for facts in sample.facts if rule.matches(facts))
    sentence = rule.sentence()
    return Told(where, f"{sentence[:1].upper()}{sentence[1:]}.", _share(sample, fitting))


def _area_told(where: str, written: object, editor: Editor, sample: Sample) -> Told:
    try:
        area = _area(written, editor)
    except (ValidationError, ValueError, LookupError):
        return Told(where, "Not a whole area yet: look at what is marked.")
    spots = sample.spots
    fitting = len(spots) if area is None else sum(1 for spot in spots if level_of(area, spot) is not None)
    covered = coverage(area, written if isinstance(written, Mapping) else {})
    return Told(where, "Everywhere." if area is None else "", _share(sample, fitting), covered)


def _area(written: object, editor: Editor) -> Area | None:
    surroundings = surroundings_of({"market": editor.stored.market or {}}, Built())
    company = editor.stored.entries.get((EntryKind.COMPANY, editor.owner or ""))
    listed = company.config.get("locations") if company else None
    locations = tuple(
        location_of(LocationDocument.model_validate(one, context=surroundings))
        for one in (listed if isinstance(listed, list) else ())
    )
    document = AreaDocument.model_validate(written or {}, context=surroundings)
    return area_of(document, CampaignPlace(0, 0, locations, Catalogue({}), is_closed=False), Sharing())


def _share(sample: Sample, fitting: int) -> Share:
    return Share(fitting, len(sample.facts), sample.is_whole)


def _product_ids(editor: Editor, raw: Raw) -> list[int]:
    named = [editor.stored.entries.get((EntryKind.PRODUCT, key)) for key in editor.products(raw)]
    return [one.id for one in named if one is not None]


def value_at(config: object, name: str) -> object:
    """Return the value at a name's place in an entry, None for nothing there."""
    for part in name.split("."):
        if isinstance(config, Mapping):
            config = config.get(part)
        elif isinstance(config, list) and part.isdecimal() and int(part) < len(config):
            config = config[int(part)]
        else:
            return None
    return config
