"""What the console's templates say about leads: words, colours, money, durations."""

from datetime import datetime, timedelta

import orjson
from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from leadhouse.kit import money, phones
from leadhouse.report.search import told, understand
from leadhouse.report.types import LeadRow
from leadhouse.web.console import words
from leadhouse.web.console.columns import Column
from leadhouse.web.console.navigation import places_of

register = template.Library()
_MOST_CHARACTERS = 20_000

register.filter("plain", words.plain)
register.filter("status_tone", words.status_tone)
register.filter("outcome_tone", words.outcome_tone)
register.filter("standing_tone", words.standing_tone)
register.filter("decision_tone", words.decision_tone)
register.filter("classification", words.classification)
register.filter("refusal", words.refusal)
register.filter("sale_size", words.sale_size)
register.filter("places", places_of)
register.filter("period_name", words.period_name)
register.filter("action_name", words.action_name)
register.filter("action_means", words.action_means)
register.filter("batch_tone", words.batch_tone)
register.filter("did_words", words.did_words)


@register.filter("money")
def shown_money(minor: float | None, currency: str) -> str:
    """Write minor units with their currency; a missing amount is a dash."""
    return "–" if minor is None else money.display(round(minor), currency)


@register.filter
def intcomma(figure: int) -> str:
    """Write a whole number with its thousands apart."""
    return f"{figure:,}"


@register.filter
def share(part: float | None) -> str:
    """Write a share 0..1 as a percentage; a missing one is a dash."""
    return "–" if part is None else f"{part * 100:.1f} %"


@register.filter
def change(part: float) -> str:
    """Write a relative difference as a percentage with its sign."""
    percent = round(part * 100)
    return f"{percent:+d} %" if abs(percent) < 1000 else f"{part + 1:,.0f} times"


@register.simple_tag
def cell(column: Column, lead: LeadRow, currency: str) -> str:
    """Write what a column without a cell of its own says of a lead."""
    return column.text(lead, currency) or "–"


@register.filter
def average(whole: int, count: int) -> str:
    """Write how much of a whole falls to each of `count`; a dash without any."""
    return f"{whole / count:,.1f}" if count else "–"


@register.filter
def lasting(span: timedelta | float | None) -> str:
    """Write a time span, or seconds, in the two largest units that tell something."""
    if span is None:
        return "–"
    seconds = span.total_seconds() if isinstance(span, timedelta) else float(span)
    if seconds < 1:
        return f"{max(0, round(seconds * 1000))} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86_400)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60)} s"
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{days} d {hours % 24} h"


@register.filter
def pretty(data: object) -> str:
    """Write JSON data readably; what is too long is cut, and says so."""
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2, default=str).decode()
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "\n… cut here"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the vendored sheet; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("web/vendor/icons.svg"),
        name,
    )


@register.filter
def searched_as(text: str) -> list[str]:
    """Return in words each way in which a search was meant."""
    return told(understand(text))


@register.filter
def phone(text: str) -> str:
    """Write a phone number as people do."""
    return phones.display(text)


@register.simple_tag
def moment(at: datetime | None, *, zoned: bool = True) -> SafeString | str:
    """Write an instant in the reader's zone, the exact one for those who point at it.

    `zoned` False leaves the zone out, for lists that name it once.
    """
    if at is None:
        return "–"
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" data-tip="{}">{}</time>',
        at.isoformat(),
        f"{local:%A, %B %-d, %Y, %H:%M:%S} {local.tzname()}",
        f"{local:%b %-d, %Y, %H:%M} {local.tzname()}" if zoned else f"{local:%b %-d, %Y, %H:%M}",
    )


@register.inclusion_tag("web/parts/tip.html")
def tip(name: str, text: str, about: str = "") -> dict[str, str]:
    """Draw a mark that explains something, pointed at, focused or tapped; `name` is its id on the page."""
    return {"id": f"{slugify(name)}-tip", "text": text, "about": about}


@register.inclusion_tag("web/parts/week_grid.html")
def week_grid(name: str) -> dict[str, object]:
    """Draw a week on which hours are painted, beside the days' texts; `name` begins its ids."""
    return {"id": name, "days": words.DAYS, "hours": range(24)}
