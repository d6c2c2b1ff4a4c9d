"""Values as they go over the wire: plain ones for JSON, texts for forms and elements."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from leadhouse.kit.clock import iso

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def plain(value: object) -> Json:
    """Return a value as JSON has it: typed where JSON knows the type, text otherwise."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return iso(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def text_of(value: object) -> str:
    """Return a value as a form or an element holds it: true, 12.5, a list joined by commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(text_of(part) for part in value)
    return str(value)
