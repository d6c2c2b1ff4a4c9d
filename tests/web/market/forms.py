"""A form as a browser posts it."""

from collections.abc import Iterator

from django.http import QueryDict

from leadhouse.web.market.raw import Raw, Value


def posted(raw: Raw) -> QueryDict:
    """Return what a browser sends for a form with these texts."""
    query = QueryDict(mutable=True)
    for name, value in _fields(raw, ""):
        query.setlist(name, [value] if isinstance(value, str) else value)
    return query


def _fields(raw: Raw, prefix: str) -> Iterator[tuple[str, str | list[str]]]:
    for key, value in raw.items():
        yield from _field(value, f"{prefix}{key}")


def _field(value: Value, name: str) -> Iterator[tuple[str, str | list[str]]]:
    if isinstance(value, dict):
        yield from _fields(value, f"{name}.")
    elif isinstance(value, list):
        # Nothing is sent for boxes of which none is ticked.
        yield from [(f"{name}[]", value)] if value else []
    else:
        yield name, value.replace("\n", "\r\n")
