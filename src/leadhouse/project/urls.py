"""Which address leads to which view."""

from django.urls import path

from leadhouse.project.health import healthz

urlpatterns = [path("healthz", healthz)]
