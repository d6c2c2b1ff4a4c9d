"""The console's addresses."""

from django.urls import path

from leadhouse.web.console import account, export, lead, leads, overview, signing

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("account", account.account, name="account"),
    path("zone", signing.choose_zone, name="zone"),
    path("leads", leads.leads, name="leads"),
    path("leads/newest", leads.newest_leads, name="newest-leads"),
    path("leads.csv", export.leads_csv, name="leads-csv"),
    path("leads/<uuid:lead_id>", lead.lead, name="lead"),
    path("leads/<uuid:lead_id>/decision", lead.decision, name="decision"),
    path("leads/<uuid:lead_id>/submission", lead.submission, name="submission"),
]
