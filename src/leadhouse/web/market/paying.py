"""What a company paid in, booked by an operator: typed, looked at once more, booked once; and taken back."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leadhouse.billing import payments
from leadhouse.billing.queries import wallets
from leadhouse.billing.types import Posted
from leadhouse.kit.ids import new_id
from leadhouse.kit.money import display, to_minor
from leadhouse.parties.types import Company
from leadhouse.report.statement import queries as statement
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.market.pages import company_of

_LONGEST_AMOUNT = 20
_SPOILT = "The page's number came back spoilt: nothing was booked. Look at what stands here and go on."


class PaymentForm(forms.Form):
    """A payment as it is typed; `token` is drawn with the page, so that one page books one payment."""

    amount = forms.CharField(max_length=_LONGEST_AMOUNT, error_messages={"required": "Type what was paid."})
    note = forms.CharField(max_length=payments.LONGEST_NOTE, required=False)
    token = forms.UUIDField(error_messages={"required": _SPOILT, "invalid": _SPOILT})

    def __init__(self, data: QueryDict | None, currency: str) -> None:
        super().__init__(data, initial={"token": new_id()})
        self.currency = currency

    def draw_token(self) -> None:
        """Have the page that is shown book a payment of its own."""
        self.data = {name: self.data.get(name) for name in self.data} | {"token": str(new_id())}

    def clean_amount(self) -> int:
        """Return the amount in minor units."""
        try:
            minor = to_minor(str(self.cleaned_data["amount"]), self.currency)
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None
        if minor <= 0:
            raise forms.ValidationError("Type an amount that is more than nothing.")
        return minor


class NoteForm(forms.Form):
    note = forms.CharField(
        max_length=payments.LONGEST_NOTE, error_messages={"required": "Say why: it stands in the statement."}
    )


@dataclass(frozen=True, slots=True)
class _Payment:
    amount_minor: int
    note: str
    ref: UUID


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def pay_in(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Ask what a company paid, show it once more with what it may spend then, and book it."""
    company = company_of(desk.market, key)
    wallet = next(iter(wallets([company.id])), None)
    if wallet is None:
        raise Http404
    form = PaymentForm(request.POST if request.method == "POST" else None, desk.currency)
    step = request.POST.get("step", "")
    payment = _payment(company, form) if form.is_bound and form.is_valid() else None
    if payment and step == "book":
        try:
            return _booked(request, desk, company, payment)
        except payments.OtherPaymentError as fault:
            form.add_error("token", _booked_already(fault.booked, desk.currency))
    if "token" in form.errors:
        form.draw_token()
    shown = {
        "desk": desk,
        "company": company,
        "wallet": wallet,
        "form": form,
        "payment": payment if step == "look" else None,
        "room_then": wallet.room_minor + payment.amount_minor if payment else 0,
    }
    return render(request, "web/market/pay_in.html", shown, status=422 if form.errors else 200)


def _payment(company: Company, form: PaymentForm) -> _Payment:
    asked = form.cleaned_data
    return _Payment(asked["amount"], asked["note"], payments.ref_of(company.id, str(asked["token"])))


def _booked(request: HttpRequest, desk: Desk, company: Company, payment: _Payment) -> HttpResponse:
    is_new = payments.pay_in(
        company, payment.amount_minor, payment.ref, currency=desk.currency, by=desk.email, note=payment.note
    )
    amount = display(payment.amount_minor, desk.currency)
    if is_new:
        messages.success(request, f"{amount} booked: {company.name} can spend it now.")
    else:
        messages.info(request, "This payment was booked before: nothing was booked a second time.")
    return _to_company(company)


def _booked_already(booked: Posted, currency: str) -> str:
    payment = display(booked.amount_minor, currency) + (f" ({booked.note})" if booked.note else "")
    return f"This page booked {payment} already; what you typed now is not booked. Go on to book it too."


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def take_back(request: HttpRequest, desk: Desk, key: str, ref: UUID) -> HttpResponse:
    """Take a payment back that was a mistake: a second entry undoes it, and both stay to be seen."""
    company = company_of(desk.market, key)
    payment = statement.payment(company.id, ref)
    if payment is None:
        raise Http404
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            is_new = payments.take_back(
                company, ref, currency=desk.currency, by=desk.email, note=form.cleaned_data["note"]
            )
        except ValueError as fault:
            form.add_error("note", f"It cannot be taken back: {fault}.")
        else:
            said = "The payment was taken back." if is_new else "The payment had been taken back before."
            messages.success(request, said)
            return _to_company(company)
    (wallet,) = wallets([company.id])
    shown = {"desk": desk, "company": company, "wallet": wallet, "payment": payment, "form": form}
    return render(request, "web/market/take_back.html", shown, status=422 if form.errors else 200)


def _to_company(company: Company) -> HttpResponse:
    return HttpResponseRedirect(reverse("market-company", args=[company.key]))
