"""The entry that somebody edits: how it is stored, what its form offers, what the form's texts make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404

from leadhouse.kit.periods import US_ZONES
from leadhouse.parties.checks_rules import own_fields
from leadhouse.parties.editing import about
from leadhouse.parties.edits import Edit, market_version, version_of
from leadhouse.parties.entries import Config, EntryKind, Stored, StoredEntry
from leadhouse.parties.fields import CANONICAL, EXTRA, Catalogue, catalogue_of
from leadhouse.rules import Field
from leadhouse.web.market import reading
from leadhouse.web.market.forms import FORMS
from leadhouse.web.market.parts import Choice, Part, Section
from leadhouse.web.market.raw import Raw, text, texts
from leadhouse.web.market.showing import Drawing


@dataclass(frozen=True, slots=True)
class Editor:
    """An entry under edit; `former` is how it is stored, empty for a new one, whose `seen` is "", too."""

    kind: EntryKind | None
    key: str
    owner: str | None
    former: Config
    seen: str
    stored: Stored

    @property
    def is_new(self) -> bool:
        return self.kind is not None and not self.seen

    @property
    def sections(self) -> tuple[Section, ...]:
        return FORMS[self.kind]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for section in self.sections for part in section.parts)

    def config(self, raw: Raw) -> Config:
        """Return the entry that the form's texts say."""
        config = reading.read(self.parts, raw, self.former, self.fields(raw))
        return config if self.is_new or self.kind is None else {**config, "key": self.key}

    def edit(self, raw: Raw, seen: str) -> Edit:
        """Return the edit that the form's texts ask for, begun from a version."""
        config = self.config(raw)
        key = str(config.get("key", "")) if self.is_new else self.key
        return Edit(self.kind, key, config, seen, self.owner)

    def fields(self, raw: Raw) -> Catalogue:
        """Return what rules may ask about, as the form's texts have it."""
        if self.kind is EntryKind.PRODUCT:
            listed = [part for part in self.parts if part.key in ("fields", "required")]
            return catalogue_of(_declared(reading.read(listed, raw, {}, {})), currency=self.currency)
        own = (fields_of(self.stored, key) for key in self.products(raw))
        return catalogue_of(*own, currency=self.currency)

    @property
    def currency(self) -> str:
        return str((self.stored.market or {}).get("currency") or "USD")

    def products(self, raw: Raw) -> list[str]:
        """Return the keys of the products that the entry is about."""
        if self.kind is EntryKind.PRODUCT:
            return [self.key]
        return [key for key in (text(raw, "product"), *texts(raw, "products")) if key]

    def zone(self, raw: Raw) -> str:
        """Return the name of the zone in which the entry's hours are meant."""
        company = self.stored.entries.get((EntryKind.COMPANY, self.owner or ""))
        own = text(raw, "timezone") or (company.config.get("timezone") if company else None)
        return str(own or (self.stored.market or {}).get("timezone") or "UTC")

    def drawing(self, raw: Raw) -> Drawing:
        """Return what the form is drawn with."""
        return Drawing(self._offers(raw), self.fields(raw))

    def _offers(self, raw: Raw) -> dict[str, tuple[Choice, ...]]:
        product = self.stored.entries.get((EntryKind.PRODUCT, text(raw, "product")))
        company = self.stored.entries.get((EntryKind.COMPANY, self.owner or ""))
        own = (
            [key for key in self.fields(raw) if key not in CANONICAL]
            if self.kind is EntryKind.PRODUCT
            else []
        )
        return {
            "products": _named(self.stored, EntryKind.PRODUCT),
            "sources": _named(self.stored, EntryKind.SOURCE),
            "groups": _listed(product, "groups", "key"),
            "locations": _listed(company, "locations", "name"),
            "zones": tuple((zone, zone) for zone in US_ZONES),
            "postable": (
                *((key, known.field.label) for key, known in CANONICAL.items()),
                *((key, one.label) for key, one in _own(self.fields(raw), own)),
            ),
        }


def _own(fields: Catalogue, keys: Iterable[str]) -> Iterable[tuple[str, Field]]:
    """Return the fields that a product adds and a post can carry."""
    return ((key, fields[key]) for key in keys if key in fields.own)


def fields_of(stored: Stored, product: str) -> dict[str, Field]:
    """Return a stored product's own fields; none for one that is not there."""
    entry = stored.entries.get((EntryKind.PRODUCT, product))
    return _declared(entry.config) if entry else {}


def _declared(product: Config) -> dict[str, Field]:
    """Return the fields that a product adds, and what it requires beside them under `extra.`."""
    fields, required = product.get("fields"), product.get("required")
    own = own_fields(tuple(fields)) if isinstance(fields, list) else {}
    names = required if isinstance(required, list) else []
    extra = [one for one in names if isinstance(one, str) and one.startswith(EXTRA) and one != EXTRA]
    return own | {one: catalogue_of()[one] for one in extra}


def _named(stored: Stored, kind: EntryKind) -> tuple[Choice, ...]:
    listed = [one for one in stored.entries.values() if one.kind is kind and not one.is_closed]
    return tuple((one.key, str(one.config.get("name") or one.key)) for one in listed)


def _listed(entry: StoredEntry | None, key: str, name: str) -> tuple[Choice, ...]:
    listed = entry.config.get(key) if entry else None
    blocks: Sequence[object] = listed if isinstance(listed, list) else ()
    return tuple(
        (str(one[name]), str(one[name])) for one in blocks if isinstance(one, Mapping) and name in one
    )


def open_editor(kind: EntryKind | None, key: str) -> Editor:
    """Return the editor of an entry that is there, a closed one included; Http404 for none."""
    stored = about(kind, key)
    if kind is None:
        return Editor(None, key, None, stored.market or {}, market_version(stored), stored)
    entry = stored.entries.get((kind, key))
    if entry is None:
        raise Http404
    return Editor(kind, key, entry.owner, entry.config, version_of(entry), stored)


def new_editor(kind: EntryKind, owner: str | None = None) -> Editor:
    """Return the editor of an entry that is to be; Http404 where its company is not open."""
    stored = about(kind, "", owner)
    company = stored.entries.get((EntryKind.COMPANY, owner or ""))
    if owner is not None and (company is None or company.is_closed):
        raise Http404
    return Editor(kind, "", owner, {}, "", stored)


def texts_of(editor: Editor, config: Mapping[str, object]) -> Raw:
    """Return the form's texts for an entry."""
    return reading.written(editor.parts, config)
