"""The portals' addresses."""

from django.urls import path

from leadhouse.web.portal import lead, leads

urlpatterns = [
    path("buyer/leads", leads.bought, name="bought-leads"),
    path("buyer/leads.csv", leads.bought_csv, name="bought-leads-csv"),
    path("buyer/leads/<uuid:delivery>", lead.bought_lead, name="bought-lead"),
    path("buyer/leads/<uuid:delivery>/feedback", lead.say, name="bought-lead-feedback"),
    path("buyer/leads/<uuid:delivery>/notes", lead.note, name="bought-lead-notes"),
]
