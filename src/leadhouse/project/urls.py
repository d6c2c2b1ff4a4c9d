"""Which address leads to which view."""

from django.urls import include, path

from leadhouse.project.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("", include("leadhouse.web.api.urls")),
    path("", include("leadhouse.web.console.urls")),
    path("", include("leadhouse.web.portal.urls")),
    path("", include("leadhouse.web.market.urls")),
]
