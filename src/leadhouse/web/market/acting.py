"""What is done to an entry with one press: pause, resume, close, reopen, change or take back its key."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from leadhouse.billing.market import apply_edit
from leadhouse.parties.edits import Edit, EditedMeanwhile, EditFaults
from leadhouse.parties.entries import Config, EntryKind
from leadhouse.parties.party_keys import revoke_keys, rotate_key
from leadhouse.parties.types import KeyKind
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.market.editing import page_of
from leadhouse.web.market.editor import open_editor

_KEYED = (KeyKind.SOURCE, KeyKind.COMPANY)


def _paused(config: Config) -> Config:
    return {**config, "status": "paused"}


def _resumed(config: Config) -> Config:
    return {**config, "status": "active"}


def _closed(config: Config) -> None:
    return None


def _reopened(config: Config) -> Config:
    return config


def _live(config: Config) -> Config:
    return {key: one for key, one in config.items() if key != "test"}


# What each press makes of an entry's document, and how it is told.
_ACTS: Mapping[str, tuple[Callable[[Config], Config | None], str]] = {
    "pause": (_paused, "Paused: it gets no leads until it is resumed."),
    "resume": (_resumed, "Resumed."),
    "close": (_closed, "Closed. What happened is kept, and it can be reopened."),
    "reopen": (_reopened, "Open again."),
    "live": (_live, "Live: what it posts from now on is sold."),
}


@require_POST
@operators_only
def act(request: HttpRequest, desk: Desk, kind: str, key: str) -> HttpResponse:
    """Do to an entry what a button asks."""
    chosen = _ACTS.get(request.POST.get("act", ""))
    if chosen is None or kind not in tuple(EntryKind):
        raise Http404
    change, said = chosen
    editor = open_editor(EntryKind(kind), key)
    seen = request.POST.get("_seen", "")[:100]
    edit = Edit(editor.kind, key, change(editor.former), seen, editor.owner)
    try:
        apply_edit(edit, by=desk.email)
        messages.success(request, said)
    except EditFaults as refusal:
        messages.error(request, f"It cannot be done: {'; '.join(map(str, refusal.faults))}")
    except EditedMeanwhile:
        messages.error(
            request, "Somebody else changed it meanwhile: look at how it is now, then press again."
        )
    return HttpResponseRedirect(page_of(editor.kind, key))


@require_POST
@operators_only
def change_key(request: HttpRequest, desk: Desk, kind: str, key: str) -> HttpResponse:
    """Give a source or company a new key, told this once, or take its key back."""
    if kind not in _KEYED:
        raise Http404
    holder = KeyKind(kind)
    try:
        if request.POST.get("act") == "revoke":
            revoke_keys(holder, key, by=desk.email)
            messages.success(request, "The key was taken back: nobody can use it any more.")
        else:
            messages.warning(request, rotate_key(holder, key, by=desk.email), extra_tags="key")
    except LookupError:
        raise Http404 from None
    return HttpResponseRedirect(page_of(EntryKind(kind), key))
