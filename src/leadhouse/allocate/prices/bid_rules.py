"""Which bid rules speak about a lead, found without reading the rules of every campaign."""

from collections.abc import Collection, Iterable, Sequence

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY, Accepting
from leadhouse.allocate.matching.area_index import AreaIndex
from leadhouse.allocate.matching.rule_index import RuleIndex
from leadhouse.allocate.types import Lead
from leadhouse.parties.types import Area, BidRule, Campaign
from leadhouse.rules import Rule

Placed = tuple[int, BidRule]


class BidRules:
    """The bid rules of a product's campaigns: everybody's first, everybody's second, …"""

    def __init__(self, campaigns: Iterable[Campaign]) -> None:
        self._layers = [_Layer(rules) for rules in _layered(campaigns)]

    def edited(self, gone: Collection[Campaign], come: Collection[Campaign]) -> "BidRules":
        """Return what they are once these campaigns, as they were, have gone and those have come."""
        old, new = _layered(gone), _layered(come)
        if old == new:
            return self
        edited = BidRules(())
        for place in range(max(len(self._layers), len(new))):
            layer = self._layers[place] if place < len(self._layers) else _Layer(())
            edited._layers.append(layer.edited(_at(old, place), _at(new, place)))
        return edited

    def applying(self, lead: Lead, campaigns: BitMap) -> list[tuple[int, BitMap]]:
        """Return whose rules speak about the lead, by the place of the rule."""
        if not self._layers:
            return []
        found = ((place, layer.applying(lead, campaigns)) for place, layer in enumerate(self._layers))
        return [(place, some) for place, some in found if some]


class _Layer:
    """At most one bid rule of each campaign."""

    def __init__(self, rules: Collection[Placed]) -> None:
        self._members = BitMap(number for number, _ in rules)
        self._areas = AreaIndex(_areas(rules))
        self._sources = Accepting(_sources(rules))
        self._rules = RuleIndex(_criteria(rules))

    def applying(self, lead: Lead, campaigns: BitMap) -> BitMap:
        if not campaigns.intersect(self._members):
            return NOBODY
        left = campaigns & self._members
        left = left & self._areas.covering(lead.spot, left)
        if self._sources.named:
            left = left & (self._sources.wide | self._sources.of(lead.source))
        return self._rules.passing(lead.facts, left)

    def edited(self, gone: Collection[Placed], come: Collection[Placed]) -> "_Layer":
        edited = _Layer(())
        edited._members = (self._members - BitMap(one for one, _ in gone)) | BitMap(one for one, _ in come)
        edited._areas = self._areas.edited(_areas(gone), _areas(come))
        edited._sources = self._sources.edited(_sources(gone), _sources(come))
        edited._rules = self._rules.edited(_criteria(gone), _criteria(come))
        return edited


def _areas(rules: Iterable[Placed]) -> list[tuple[int, Area | None]]:
    return [(number, rule.where) for number, rule in rules]


def _sources(rules: Iterable[Placed]) -> list[tuple[int, frozenset[str]]]:
    return [(number, rule.sources) for number, rule in rules]


def _criteria(rules: Iterable[Placed]) -> list[tuple[int, Rule | None]]:
    return [(number, rule.criteria) for number, rule in rules]


def _layered(campaigns: Iterable[Campaign]) -> list[list[Placed]]:
    layers: list[list[Placed]] = []
    for one in campaigns:
        for place, rule in enumerate(one.bid_rules):
            if place == len(layers):
                layers.append([])
            layers[place].append((one.id, rule))
    return layers


def _at(layers: Sequence[list[Placed]], place: int) -> list[Placed]:
    return layers[place] if place < len(layers) else []
