"""The addresses at which the market is seen and edited."""

from django.urls import path

from leadhouse.parties.entries import EntryKind
from leadhouse.web.market import acting, editing, pages, paying, posting, sending, text_pages

_COMPANY, _CAMPAIGN = {"kind": EntryKind.COMPANY}, {"kind": EntryKind.CAMPAIGN}
_SOURCE, _PRODUCT = {"kind": EntryKind.SOURCE}, {"kind": EntryKind.PRODUCT}

urlpatterns = [
    path("companies", pages.companies, name="market-companies"),
    path("market/add/company", editing.add_entry, _COMPANY, name="market-add-company"),
    path("companies/<str:key>", pages.company, name="market-company"),
    path("companies/<str:key>/payments/new", paying.pay_in, name="market-pay-in"),
    path("companies/<str:key>/payments/<uuid:ref>/take-back", paying.take_back, name="market-take-back"),
    path("companies/<str:key>/edit", editing.edit_entry, _COMPANY, name="market-edit-company"),
    path("companies/<str:owner>/campaigns/add", editing.add_entry, _CAMPAIGN, name="market-add-campaign"),
    path("campaigns/<str:key>", pages.campaign, name="market-campaign"),
    path("campaigns/<str:key>/covers", pages.covers, name="market-covers"),
    path("campaigns/<str:key>/edit", editing.edit_entry, _CAMPAIGN, name="market-edit-campaign"),
    path("campaigns/<str:key>/send-a-test", sending.send_a_test, name="market-send-a-test"),
    path("sources", pages.sources, name="market-sources"),
    path("market/add/source", editing.add_entry, _SOURCE, name="market-add-source"),
    path("sources/<str:key>", pages.source, name="market-source"),
    path("sources/<str:key>/edit", editing.edit_entry, _SOURCE, name="market-edit-source"),
    path("products", pages.products, name="market-products"),
    path("market/add/product", editing.add_entry, _PRODUCT, name="market-add-product"),
    path("products/<str:key>", pages.product, name="market-product"),
    path("products/<str:key>/edit", editing.edit_entry, _PRODUCT, name="market-edit-product"),
    path("entries/<str:kind>/<str:key>/act", acting.act, name="market-act"),
    path("keys/<str:kind>/<str:key>", acting.change_key, name="market-key"),
    path("market", text_pages.market_text, name="market-text"),
    path("market.yaml", text_pages.market_yaml, name="market-yaml"),
    path("market/edit", editing.edit_entry, {"kind": None}, name="market-edit-market"),
    path("post-to/<str:token>", posting.instructions, name="posting-instructions"),
    path("sources/<str:key>/link", posting.new_link, name="market-new-link"),
    path("sources/<str:key>/try", posting.try_posting, name="market-try-posting"),
]
