"""The whole market as text: seen, downloaded, and a file planned and applied in its place."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leadhouse.billing.market import apply_market
from leadhouse.parties.apply import plan
from leadhouse.parties.differences import Difference, DifferenceKind
from leadhouse.parties.documents import MarketFileDocument
from leadhouse.parties.export import exported_tree, to_yaml
from leadhouse.parties.faults import Fault, MarketFaults
from leadhouse.parties.fields import catalogue_of
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.queries import load_stored, lock_market, revision
from leadhouse.store.run import transaction
from leadhouse.web.console.access import Desk, operators_only, staff_only

_MOST_BYTES = 16 * 1024 * 1024
_MOST_TOLD = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """What applying a text would change, or why it cannot be; `revision` is of the market that was asked."""

    differences: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    revision: int = 0
    is_stale: bool = False

    @property
    def closings(self) -> int:
        """Return how many entries it would close."""
        return sum(1 for one in self.differences if one.kind is DifferenceKind.CLOSE)


@lru_cache(maxsize=2)
def _exported(revision: int) -> str:
    """Return the market as text at a revision, which never comes twice; writing takes a third of a second."""
    return to_yaml(exported_tree(load_stored()))


@require_safe
@staff_only
def market_yaml(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Send the market as `leadhouse export` writes it."""
    answer = HttpResponse(_exported(revision()), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="market.yaml"'
    return answer


@require_http_methods(["GET", "HEAD"])
@staff_only
def market_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the market as text, to be changed and planned."""
    return _page(request, desk, _exported(revision()), None)


@require_http_methods(["POST"])
@operators_only
def market_posted(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what a text would change, or apply it as it was planned."""
    text, suffix = _given(request)
    try:
        file = read_market_text(text, suffix=suffix)
        if request.POST.get("_do") == "apply":
            return _applied(request, desk, file, text)
        planned = Planned(tuple(plan(file, load_stored())), revision=revision())
    except MarketFaults as refusal:
        return _page(request, desk, text, Planned(faults=refusal.faults[:_MOST_TOLD]), status=422)
    return _page(request, desk, text, planned)


def market_text(request: HttpRequest) -> HttpResponse:
    """Show the market as text, or take one."""
    answer = market_posted(request) if request.method == "POST" else market_page(request)
    if not isinstance(answer, HttpResponse):
        raise TypeError("these pages are not streamed")
    return answer


def _applied(request: HttpRequest, desk: Desk, file: MarketFileDocument, text: str) -> HttpResponse:
    with transaction():
        lock_market()
        if request.POST.get("revision") != str(revision()):
            planned = Planned(tuple(plan(file, load_stored())), revision=revision(), is_stale=True)
            return _page(request, desk, text, planned, status=409)
        applied = apply_market(file, by=desk.email)
    messages.success(request, f"Applied: {len(applied.differences)} changes.")
    for made in applied.generated_keys:
        messages.info(request, f"A key was made: {made.path}")
        messages.warning(request, made.key, extra_tags="key")
    return HttpResponseRedirect(reverse("market-text"))


def _given(request: HttpRequest) -> tuple[str, str]:
    """Return the text that was typed or uploaded, and how it is to be read."""
    upload = request.FILES.get("file")
    if isinstance(upload, UploadedFile) and upload.name:
        suffix = ".json" if PurePath(upload.name).suffix.lower() == ".json" else ".yaml"
        return upload.read(_MOST_BYTES).decode("utf-8", "replace"), suffix
    text = request.POST.get("text", "").replace("\r\n", "\n")
    return text, ".json" if text.lstrip().startswith("{") else ".yaml"


def _page(
    request: HttpRequest, desk: Desk, text: str, planned: Planned | None, *, status: int = 200
) -> HttpResponse:
    products = (one.fields for one in desk.market.products.values())
    fields = catalogue_of(*products, currency=desk.market.currency)
    shown = {"desk": desk, "text": text, "planned": planned, "fields": fields}
    return render(request, "web/market/text.html", shown, status=status)
