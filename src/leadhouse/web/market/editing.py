"""The pages on which entries are edited: checked while one types, told what saving changes, then saved."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leadhouse.billing.market import apply_edit
from leadhouse.kit.places import STATE_NAMES
from leadhouse.parties.apply import Applied
from leadhouse.parties.differences import Difference, leaves
from leadhouse.parties.editing import preview
from leadhouse.parties.edits import Edit, EditedMeanwhile, EditFaults
from leadhouse.parties.entries import Config, EntryKind
from leadhouse.parties.faults import Fault
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.market import telling
from leadhouse.web.market.editor import Editor, new_editor, open_editor, texts_of
from leadhouse.web.market.raw import Raw, acted, raw_of
from leadhouse.web.market.showing import ShownSection, blamable, blame, shown

SEEN, DO = "_seen", "_do"
# With what a new entry's form begins; the rest of it says the file's defaults.
_STARTS: dict[EntryKind, Config] = {EntryKind.PRODUCT: {"floor": "0.00"}, EntryKind.SOURCE: {"test": True}}
_NOUNS = {
    EntryKind.PRODUCT: "product",
    EntryKind.SOURCE: "source",
    EntryKind.COMPANY: "company",
    EntryKind.CAMPAIGN: "campaign",
}


@dataclass(slots=True)
class Looked:
    """What a look at the form found: what saving would change, or why it cannot be saved."""

    differences: Sequence[Difference] = ()
    faults: list[Fault] = field(default_factory=list)
    others: Sequence[Fault] = ()
    meanwhile: EditedMeanwhile | None = None
    theirs: Sequence[Difference] = ()

    @property
    def is_savable(self) -> bool:
        return not (self.faults or self.others or self.meanwhile)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def edit_entry(request: HttpRequest, desk: Desk, kind: EntryKind | None, key: str = "market") -> HttpResponse:
    """Edit an entry of the market."""
    return _edit(request, desk, open_editor(kind, key))


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def add_entry(request: HttpRequest, desk: Desk, kind: EntryKind, owner: str | None = None) -> HttpResponse:
    """Add an entry to the market, as a copy of another when the address names one."""
    return _edit(request, desk, new_editor(kind, owner))


def _edit(request: HttpRequest, desk: Desk, editor: Editor) -> HttpResponse:
    if request.method != "POST":
        start = editor.former or _start(request, editor)
        return _page(request, desk, editor, texts_of(editor, start), editor.seen)
    raw, seen, action = raw_of(request.POST), request.POST.get(SEEN, "")[:100], request.POST.get(DO, "")
    if "check" in request.GET:
        return _checked(request, desk, editor, raw, seen)
    if action == "save":
        return _saved(request, desk, editor, raw, seen)
    looked_for = acted(raw, action[:1_000])
    return _page(request, desk, editor, raw, seen, focus=looked_for)


def _start(request: HttpRequest, editor: Editor) -> Config:
    kind = editor.kind
    if kind is None:
        return {}
    copied = request.GET.get("copy", "")[:100]
    if copied and kind is EntryKind.CAMPAIGN:
        original = open_editor(kind, copied)
        if original.owner == editor.owner:
            return {**original.former, "key": f"{copied}-copy", "status": "paused"}
    return _STARTS.get(kind, {})


def _look(editor: Editor, edit: Edit) -> Looked:
    try:
        return Looked(preview(edit))
    except EditFaults as refusal:
        return Looked(faults=[*refusal.own], others=refusal.others)
    except EditedMeanwhile as meanwhile:
        return _lost(edit, meanwhile)


def _lost(edit: Edit, meanwhile: EditedMeanwhile) -> Looked:
    theirs = [*leaves(edit.kind or "market", "", meanwhile.theirs or {}, edit.config or {})]
    return Looked(meanwhile=meanwhile, theirs=theirs)


def _checked(request: HttpRequest, desk: Desk, editor: Editor, raw: Raw, seen: str) -> HttpResponse:
    """Give what saving would change, and every part's fault, to be put beside what is being typed."""
    return render(request, "web/market/checked.html", _context(desk, editor, raw, seen))


def _page(
    request: HttpRequest,
    desk: Desk,
    editor: Editor,
    raw: Raw,
    seen: str,
    *,
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = _context(desk, editor, raw, seen) | {"focus": focus, "state_names": STATE_NAMES}
    return render(request, "web/market/edit.html", shown, status=status)


def _context(desk: Desk, editor: Editor, raw: Raw, seen: str) -> dict[str, object]:
    edit = editor.edit(raw, seen)
    looked = _look(editor, edit)
    sections = shown(editor.sections, raw, editor.drawing(raw))
    unplaced = blame(sections, _without_blanks(looked.faults, editor, raw))
    return {
        "desk": desk,
        "editor": editor,
        "noun": _NOUNS[editor.kind] if editor.kind else "market",
        "title": edit.config.get("name") or edit.key if edit.config else editor.key,
        "sections": sections,
        "slots": _slots(sections),
        "looked": looked,
        "unplaced": unplaced,
        "seen": looked.meanwhile.version if looked.meanwhile else seen,
        "told": {one.id: one for one in telling.told(editor, raw, edit.config or {}, sections)},
        "fields": editor.fields(raw),
        "back": back_from(editor),
        "zone": editor.zone(raw),
    }


def _without_blanks(faults: Sequence[Fault], editor: Editor, raw: Raw) -> list[Fault]:
    """Leave out that a key is missing where nobody has typed anything yet."""
    return [one for one in faults if not (editor.is_new and not raw.get("key") and one.loc == ("key",))]


def _slots(sections: Sequence[ShownSection]) -> list[object]:
    return [one for section in sections for one in blamable(section.parts)]


def _saved(request: HttpRequest, desk: Desk, editor: Editor, raw: Raw, seen: str) -> HttpResponse:
    edit = editor.edit(raw, seen)
    try:
        applied = apply_edit(edit, by=desk.email)
    except (EditFaults, EditedMeanwhile):
        # The page looks again and tells; what the other did in between is told, too.
        return _page(request, desk, editor, raw, seen, status=422)
    _say(request, applied)
    return HttpResponseRedirect(page_of(edit.kind, edit.key))


def _say(request: HttpRequest, applied: Applied) -> None:
    changed = len(applied.differences)
    said = f"Saved: {changed} change{'s'[: changed != 1]}." if changed else "Nothing was changed."
    messages.success(request, said)
    for made in applied.generated_keys:
        messages.info(request, f"A key was made: {made.path}")
        messages.warning(request, made.key, extra_tags="key")


def page_of(kind: EntryKind | None, key: str) -> str:
    """Return the address of an entry's page."""
    return reverse(f"market-{kind.value}", args=[key]) if kind else reverse("market-text")


def back_from(editor: Editor) -> str:
    """Return where leaving the editor leads."""
    if editor.kind is None:
        return reverse("market-text")
    if not editor.is_new:
        return page_of(editor.kind, editor.key)
    return (
        page_of(EntryKind.COMPANY, editor.owner) if editor.owner else reverse(f"market-{_LISTS[editor.kind]}")
    )


_LISTS = {
    EntryKind.PRODUCT: "products",
    EntryKind.SOURCE: "sources",
    EntryKind.COMPANY: "companies",
    EntryKind.CAMPAIGN: "companies",
}
