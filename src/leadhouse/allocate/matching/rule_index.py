"""Which campaigns' property rules a lead's facts fulfil, found without asking each of them.

A rule is taken apart into alternatives, each a few terms of one fact; `value → the campaigns whose term it
fails` is looked up per fact. What no look-up answers exactly (parts of texts, patterns, rules of very many
alternatives) is asked of the campaigns that are left, by their own rule.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY, Accepting, Known
from leadhouse.allocate.matching.thresholds import LIMITS, Thresholds
from leadhouse.rules import Facts, FieldType, Rule
from leadhouse.rules.alternatives import Ask, Term, alternatives
from leadhouse.rules.facts import READERS

Ruled = tuple[int, Rule | None]
_Placed = tuple[int, Term]
# Beyond so many alternatives a rule is cheaper to ask than to look up.
_MOST_ALTERNATIVES = 8
# So many edited rules are asked one by one before the whole is built anew.
_MOST_EDITED = 64
# Longer texts are not kept to be known again.
_LONGEST_KNOWN = 100


class RuleIndex:
    """The rules of many campaigns; those without a rule are left out."""

    def __init__(self, rules: Iterable[Ruled]) -> None:
        self._rules = {number: rule for number, rule in rules if rule is not None}
        self.members = BitMap(self._rules)
        # Rules that came or changed after the sets were made; the sets say nothing of them.
        self._edited = NOBODY
        self._asked, layers = _taken_apart(self._rules)
        self._layers = [_Layer(members, terms) for members, terms in layers]

    def passing(self, facts: Facts, left: BitMap) -> BitMap:
        """Return those of the campaigns whose rule says yes, and those without one."""
        if not left.intersect(self.members):
            return left
        judged = left - self._edited if self._edited else left
        passing = self._fulfilled(facts, judged)
        asked = passing & self._asked if self._asked else NOBODY
        if self._edited:
            asked = asked | (left & self._edited)
        return (passing - asked) | self._saying_yes(facts, asked) if asked else passing

    def _fulfilled(self, facts: Facts, left: BitMap) -> BitMap:
        """Return those of whose alternatives one holds as far as it can be looked up."""
        if not self._layers:
            return left
        first, *others = self._layers
        passing = first.passing(facts, left)
        for layer in others:
            # Who has no further alternative has been judged by the first.
            rest = (left - passing) & layer.members
            if rest:
                passing = passing | layer.passing(facts, rest)
        return passing

    def _saying_yes(self, facts: Facts, asked: BitMap) -> BitMap:
        said: dict[int, bool] = {}
        passing = []
        for number in asked:
            rule = self._rules.get(number)
            if rule is None:
                passing.append(number)
                continue
            # Many campaigns share one rule.
            verdict = said.get(id(rule))
            if verdict is None:
                verdict = said[id(rule)] = rule.matches(facts)
            if verdict:
                passing.append(number)
        return BitMap(passing)

    def edited(self, gone: Iterable[Ruled], come: Iterable[Ruled]) -> "RuleIndex":
        """Return what it is once these campaigns' rules have gone and those have come."""
        new = {number: rule for number, rule in come if rule is not None}
        rules = dict(self._rules)
        for number, _ in gone:
            rules.pop(number, None)
        rules |= new
        changed = BitMap(
            number
            for number in {*new, *(one for one, _ in gone)}
            if rules.get(number) != self._rules.get(number)
        )
        if not changed:
            return self
        apart = self._edited | changed
        if len(apart) > _MOST_EDITED:
            return RuleIndex(rules.items())
        edited = RuleIndex(())
        edited._rules, edited._edited, edited._layers = rules, apart, self._layers
        edited.members = BitMap(rules)
        edited._asked = (self._asked | apart) & edited.members
        return edited


def _taken_apart(rules: Mapping[int, Rule]) -> tuple[BitMap, list[tuple[BitMap, list[_Placed]]]]:
    """Return who must be asked besides, and the terms of everybody's first alternative, second, …"""
    asked: list[int] = []
    members: defaultdict[int, list[int]] = defaultdict(list)
    terms: defaultdict[int, list[_Placed]] = defaultdict(list)
    known: dict[int, tuple[tuple[Term, ...], ...] | None] = {}
    for number, rule in rules.items():
        if id(rule) not in known:
            known[id(rule)] = alternatives(rule.root, _MOST_ALTERNATIVES)
        clauses = known[id(rule)]
        if not clauses or any(term.ask is Ask.OTHER for clause in clauses for term in clause):
            asked.append(number)
        for place, clause in enumerate(clauses or ()):
            members[place].append(number)
            terms[place] += [(number, term) for term in clause if term.ask is not Ask.OTHER]
    return BitMap(asked), [(BitMap(members[place]), terms[place]) for place in sorted(members)]


class _Layer:
    """One alternative of each of its members."""

    def __init__(self, members: BitMap, terms: Iterable[_Placed]) -> None:
        self.members = members
        slots: defaultdict[tuple[str, FieldType, int], list[_Placed]] = defaultdict(list)
        taken: defaultdict[tuple[int, str, FieldType], int] = defaultdict(int)
        for number, term in terms:
            about = (term.field.key, term.field.type)
            # A campaign's second term about one fact goes where its first is not.
            slots[*about, taken[number, *about]].append((number, term))
            taken[number, *about] += 1
        fields: defaultdict[tuple[str, FieldType], list[_Slot]] = defaultdict(list)
        for (key, type_, _), placed in slots.items():
            fields[key, type_].append(_Slot(placed))
        self._fields = [(key, _Field(READERS[type_], found)) for (key, type_), found in fields.items()]

    def passing(self, facts: Facts, left: BitMap) -> BitMap:
        """Return those of the campaigns whose alternative holds, and those that have none here."""
        for key, field in self._fields:
            for failing in field.failing(facts.get(key)):
                left = left - failing
        return left


class _Field:
    """All terms about one fact, by slots."""

    def __init__(self, read: Callable[[object], Hashable], slots: Iterable["_Slot"]) -> None:
        self._read, self._slots = read, tuple(slots)
        self._known: Known[list[BitMap]] = Known()

    def failing(self, fact: object) -> list[BitMap]:
        """Return the campaigns that the fact fails; facts come again, so they are not even read twice."""
        try:
            # Of equal numbers some are read otherwise: true is no 1.
            known = self._known.get((fact.__class__, fact))
        except TypeError:  # a list
            return self._found(fact)
        if known is not None:
            return known
        found = self._found(fact)
        is_long = isinstance(fact, str) and len(fact) > _LONGEST_KNOWN
        return found if is_long else self._known.keep((fact.__class__, fact), found)

    def _found(self, fact: object) -> list[BitMap]:
        value = self._read(fact)
        return [failing for slot in self._slots for failing in slot.failing(value) if failing]


class _Slot:
    """Terms about one fact, at most one of each campaign."""

    def __init__(self, placed: Iterable[_Placed]) -> None:
        by_ask: defaultdict[Ask, list[_Placed]] = defaultdict(list)
        unfit: list[int] = []
        for number, term in placed:
            by_ask[term.ask].append((number, term))
            if not term.is_missing_fine:
                unfit.append(number)
        self._missing = BitMap(unfit)
        self._needing = BitMap(number for number, _ in by_ask[Ask.AMONG])
        self._present = BitMap(number for number, _ in by_ask[Ask.ABSENT])
        self._among = _listed(by_ask[Ask.AMONG])
        self._barred = _listed(by_ask[Ask.NOT_AMONG])
        limits = [(term.values[0], ask, number) for ask in LIMITS for number, term in by_ask[ask]]
        self._limits = Thresholds(limits) if limits else None
        # Who fails at values that nobody names.
        self._otherwise = self._present | self._needing

    def failing(self, value: Hashable) -> list[BitMap]:
        """Return the campaigns that do not accept the value, None for a missing fact."""
        if value is None:
            return [self._missing]
        limited = [self._limits.failing(value)] if self._limits else []
        return [self._failing_at(value), *limited]

    def _failing_at(self, value: Hashable) -> BitMap:
        """Return whose lists say no."""
        options = value if isinstance(value, frozenset) else (value,)
        if not any(one in self._among.named or one in self._barred.named for one in options):
            return self._otherwise
        return (self._otherwise - _naming(self._among, options)) | _naming(self._barred, options)


def _naming(listed: Accepting[Any], options: Iterable[object]) -> BitMap:
    return BitMap.union(NOBODY, *(listed.of(option) for option in options))


def _listed(placed: Iterable[_Placed]) -> Accepting[Any]:
    return Accepting((number, frozenset(term.values)) for number, term in placed)
