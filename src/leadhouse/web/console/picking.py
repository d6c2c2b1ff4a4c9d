"""Which leads somebody picked in a list, and the way back to it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

_MOST_PICKED = 1_000


def is_everything(post: QueryDict) -> bool:
    """Return whether all leads of the list are meant, not those that were picked."""
    return post.get("scope") == "all"


def picked(post: QueryDict) -> list[UUID]:
    """Return the leads that were picked, each once, in the order of the list."""
    found = (_id(text) for text in post.getlist("lead")[:_MOST_PICKED])
    return list(dict.fromkeys(one for one in found if one))


def to_list(address: str = "") -> HttpResponse:
    """Lead back to the list that an address asks for."""
    return HttpResponseRedirect(reverse("leads") + (f"?{QueryDict(address).urlencode()}" if address else ""))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
