"""A rule as a PostgreSQL condition that answers exactly as Python does."""

from collections.abc import Mapping

from leadhouse.rules.types import Node


def to_sql(root: Node, columns: Mapping[str, str], *, prefix: str) -> tuple[str, dict[str, object]]:
    """Return the condition, never NULL, and its parameters."""
    raise NotImplementedError
