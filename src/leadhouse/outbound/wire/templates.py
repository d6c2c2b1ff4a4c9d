"""Renders an operator's templates over a lead's data: the data is never a template itself."""

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError


class TemplateError(ValueError):
    """A template that cannot be read or goes beyond its limits."""


_LONGEST_RANGE = 1_000


class _Bounded(Environment):
    """Liquid without files, and with an end to every loop and output."""

    loop_iteration_limit = _LONGEST_RANGE
    output_stream_limit = 65_536
    local_namespace_limit = 262_144
    context_depth_limit = 10
    block_nesting_limit = 10

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Guard every filter; ranges reach them whole, and `(1..99999999) | join` took 78 seconds."""
        super().setup_tags_and_filters(extra=extra)
        self.filters = {name: _guarded(act) for name, act in self.filters.items()}


def _guarded(act: Callable[..., object]) -> Callable[..., object]:
    @wraps(act)
    def guarded(*arguments: object, **options: object) -> object:
        if any(isinstance(one, range) and len(one) > _LONGEST_RANGE for one in arguments):
            raise TemplateError(f"a range may have {_LONGEST_RANGE:,} numbers at most")
        return act(*arguments, **options)

    return guarded


_ENVIRONMENT = _Bounded()
LONGEST_TEMPLATE = 16_384


def render(template: str, facts: Mapping[str, object]) -> str:
    """Render a template as plain text; TemplateError for one that is no template."""
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateError(f"a template may have {LONGEST_TEMPLATE:,} characters at most")
    try:
        return _parsed(template).render(facts)
    except (LiquidError, RecursionError, ArithmeticError) as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        raise TemplateError(said[:200]) from error


@lru_cache(maxsize=4_096)
def _parsed(template: str) -> BoundTemplate:
    return _ENVIRONMENT.from_string(template)
