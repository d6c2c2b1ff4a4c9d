"""The console's addresses."""

from django.urls import path

from leadhouse.web.console import (
    account,
    audit,
    export,
    lead,
    leads,
    overview,
    passwords,
    people,
    second_factor,
    signing,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("sign-in/code", second_factor.enter_code, name="sign-in-code"),
    path("forgotten", passwords.forgotten, name="forgotten"),
    path("password/<str:token>", passwords.choose_password, name="choose-password"),
    path("account", account.account, name="account"),
    path("account/password", account.change_password, name="change-password"),
    path("account/sessions", account.sign_out_others, name="sign-out-others"),
    path("account/second-factor", second_factor.turn_on, name="second-factor"),
    path("account/second-factor/off", second_factor.turn_off, name="second-factor-off"),
    path("account/second-factor/codes", second_factor.new_codes, name="recovery-codes"),
    path("people", people.people, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<int:person_id>", people.person, name="person"),
    path("people/<int:person_id>/change", people.change_person, name="change-person"),
    path("audit", audit.audit, name="audit"),
    path("zone", signing.choose_zone, name="zone"),
    path("leads", leads.leads, name="leads"),
    path("leads/newest", leads.newest_leads, name="newest-leads"),
    path("leads.csv", export.leads_csv, name="leads-csv"),
    path("leads/<uuid:lead_id>", lead.lead, name="lead"),
    path("leads/<uuid:lead_id>/decision", lead.decision, name="decision"),
    path("leads/<uuid:lead_id>/submission", lead.submission, name="submission"),
]
