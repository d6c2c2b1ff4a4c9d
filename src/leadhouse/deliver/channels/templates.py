"""Renders an operator's templates over a lead's data: the data is never a template itself."""

from collections.abc import Mapping
from functools import lru_cache

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError


class TemplateError(ValueError):
    """A template that cannot be read or goes beyond its limits."""


class _Bounded(Environment):
    """Liquid without files, and with an end to every loop and output."""

    loop_iteration_limit = 1_000
    output_stream_limit = 65_536
    local_namespace_limit = 262_144
    context_depth_limit = 10
    block_nesting_limit = 10


_PLAIN = _Bounded()
_HTML = _Bounded(autoescape=True)
LONGEST_TEMPLATE = 16_384


def render(template: str, facts: Mapping[str, object], *, is_html: bool = False) -> str:
    """Render a template; in HTML every value is escaped. TemplateError for one that is no template."""
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateError(f"a template may have {LONGEST_TEMPLATE:,} characters at most")
    try:
        return _parsed(template, is_html).render(facts)
    except (LiquidError, RecursionError, ArithmeticError) as error:
        raise TemplateError(
            str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        ) from error


@lru_cache(maxsize=4_096)
def _parsed(template: str, is_html: bool) -> BoundTemplate:  # noqa: FBT001 - a cache key, not a choice of callers
    return (_HTML if is_html else _PLAIN).from_string(template)
