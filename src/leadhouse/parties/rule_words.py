"""A rule of the market file as a sentence, wherever a change of one is told."""

from collections.abc import Mapping

from leadhouse.parties.checks_rules import label_of
from leadhouse.parties.fields import Catalogue
from leadhouse.rules import Field, FieldType, RuleFaults, parse


class _AnyField(Catalogue):
    """The fields of a catalogue, and a text for every other name: it may be of a product that is no more."""

    def __getitem__(self, key: str) -> Field:
        try:
            return super().__getitem__(key)
        except KeyError:
            return Field(key, FieldType.TEXT, label_of(key))


def is_rule(value: object) -> bool:
    """Return whether a value of the market file is a rule's tree."""
    return isinstance(value, Mapping) and isinstance(value.get("rules"), list)


def rule_words(tree: object, fields: Catalogue) -> str | None:
    """Return a rule's sentence, `fields` being those of its products; None where it cannot be read."""
    try:
        sentence = parse(tree, _AnyField(fields.own, fields.currency)).sentence()
    except RuleFaults:
        return None
    return f"{sentence[:1].upper()}{sentence[1:]}"
