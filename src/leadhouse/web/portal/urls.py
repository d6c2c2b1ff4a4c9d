"""The portals' addresses."""

from django.urls import path

from leadhouse.web.portal import lead, leads, people

urlpatterns = [
    path("buyer/leads", leads.bought, name="bought-leads"),
    path("buyer/people", people.colleagues, name="colleagues"),
    path("buyer/people/<int:person_id>", people.change_colleague, name="change-colleague"),
    path("buyer/leads.csv", leads.bought_csv, name="bought-leads-csv"),
    path("buyer/leads/<uuid:delivery>", lead.bought_lead, name="bought-lead"),
    path("buyer/leads/<uuid:delivery>/feedback", lead.say, name="bought-lead-feedback"),
    path("buyer/leads/<uuid:delivery>/notes", lead.note, name="bought-lead-notes"),
]
