"""One product's campaigns, and the gates through which a lead narrows them.

Every campaign is one conjunction of accept sets, so `value → the campaigns that accept it` and one AND per
gate is exact; campaigns without a wish accept every value.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct
from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY, Accepting
from leadhouse.allocate.matching.area_index import AreaIndex, Placed
from leadhouse.allocate.matching.openings import Openings, Timed, group_of
from leadhouse.allocate.matching.refusals import Refusals
from leadhouse.allocate.matching.rule_index import Ruled, RuleIndex
from leadhouse.allocate.types import Lead, Refusal
from leadhouse.parties.types import Campaign, Company

Owned = tuple[Campaign, Company]
_Named = list[tuple[int, frozenset[str]]]
# What a campaign names that accepts no class at all: no lead has it.
_NO_CLASS = frozenset({-1})


class Narrowing(Struct, frozen=True):
    """The campaigns that pass every gate but money, those closed now among the rest, and who failed where."""

    passing: BitMap
    refused: Refusals

    @property
    def closed(self) -> BitMap:
        """Return the campaigns whose first failing gate is the contact window."""
        return self.refused.get(Refusal.CLOSED_NOW, NOBODY)


class Gates:
    """The gates of one product; an edit gives new ones, which share all that it does not touch."""

    def __init__(self, owned: Collection[Owned]) -> None:
        self._area = AreaIndex(_areas(owned))
        self._only, self._never = Accepting(_only(owned)), Accepting(_never(owned))
        self._rules = RuleIndex(_rules(owned))
        self._classes = Accepting(_classes(owned))
        self.openings = Openings(_timed(owned))
        # Who takes no leads of a source, or of a class, worked out when the first one comes.
        self._known_sources: dict[str, BitMap] = {}
        self._known_classes: dict[int | None, BitMap] = {}

    def edited(self, gone: Collection[Owned], come: Collection[Owned]) -> "Gates":
        """Return what they are once these campaigns, as they were, have gone and those have come."""
        edited = Gates(())
        edited._area = self._area.edited(_areas(gone), _areas(come))
        edited._only = self._only.edited(_only(gone), _only(come))
        edited._never = self._never.edited(_never(gone), _never(come))
        edited._rules = self._rules.edited(_rules(gone), _rules(come))
        edited._classes = self._classes.edited(_classes(gone), _classes(come))
        edited.openings = self.openings.edited(_timed(gone), _timed(come))
        return edited

    def narrow(
        self,
        left: BitMap,
        lead: Lead,
        now: datetime,
        *,
        idle: BitMap,
        over_threshold: BitMap,
        given: BitMap,
    ) -> list[tuple[Refusal, BitMap]]:
        """Return, of the campaigns that are left, who is so after each gate, in their order.

        `idle` are all others of the product, `given` those whose company has the consumer already.
        """
        # Few are idle: taking them away is cheaper than keeping those that are left.
        left = self._area.covering(lead.spot, left)
        if idle:
            left = left - idle
        passed = [(Refusal.OUT_OF_AREA, left)]
        barred = self._not_taking_from(lead.source)
        if left.intersect(barred):
            left = left - barred
            passed.append((Refusal.SOURCE, left))
        left = self._rules.passing(lead.facts, left)
        passed.append((Refusal.PROPERTIES, left))
        unready = (
            (Refusal.CLASSIFICATION, self._not_accepting(lead.classification)),
            (Refusal.THRESHOLD, over_threshold),
            (Refusal.CLOSED_NOW, self.openings.closed_at(now)),
            (Refusal.ALREADY_GIVEN, given),
        )
        for reason, barred in unready:
            if barred and left.intersect(barred):
                left = left - barred
                passed.append((reason, left))
        return passed

    def _not_taking_from(self, source: str) -> BitMap:
        found = self._known_sources.get(source)
        if found is None:
            found = (self._only.choosy - self._only.of(source)) | self._never.of(source)
            self._known_sources[source] = found
        return found

    def _not_accepting(self, classification: int | None) -> BitMap:
        found = self._known_classes.get(classification)
        if found is None:
            chosen = NOBODY if classification is None else self._classes.of(classification)
            found = self._known_classes[classification] = self._classes.choosy - chosen
        return found


def _areas(owned: Iterable[Owned]) -> list[Placed]:
    return [(one.id, one.where) for one, _ in owned]


def _only(owned: Iterable[Owned]) -> _Named:
    return [(one.id, one.only_sources) for one, _ in owned]


def _never(owned: Iterable[Owned]) -> _Named:
    return [(one.id, one.never_sources) for one, _ in owned]


def _rules(owned: Iterable[Owned]) -> list[Ruled]:
    return [(one.id, one.criteria) for one, _ in owned]


def _classes(owned: Iterable[Owned]) -> list[tuple[int, frozenset[int]]]:
    return [
        (one.id, frozenset() if one.classifications is None else one.classifications or _NO_CLASS)
        for one, _ in owned
    ]


def _timed(owned: Iterable[Owned]) -> list[Timed]:
    return [(one.id, group_of(one, company)) for one, company in owned]
