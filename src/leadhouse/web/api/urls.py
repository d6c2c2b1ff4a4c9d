"""What is served under /v1; whatever is not here answers our own 404."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from leadhouse.feedback.http import feedback
from leadhouse.web.api.answers import NO_SUCH_PATH, told
from leadhouse.web.api.application import api


@csrf_exempt
def nothing_here(_: HttpRequest) -> HttpResponse:
    """Answer 404 to any method."""
    return told(NO_SUCH_PATH)


urlpatterns = [
    path("v1/feedback", feedback),
    path("v1/", api.urls),
    re_path(r"^v1(?:/|$)", nothing_here),
]
