"""The API as one application with its description."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from leadhouse.web.api import hot_doors
from leadhouse.web.api.answers import NO_KEY, Code, Fault, fault_of, told
from leadhouse.web.api.doors import router

_TAGS = [
    {"name": "leads", "description": "Post leads, and see where they are."},
    {"name": "feedback", "description": "Report rejections, returns and conversions."},
    {"name": "money", "description": "What companies may still spend."},
]


class Api(NinjaAPI):
    """The API; its description also tells of the doors that are answered before Django."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:  # the framework's own signature
        schema = super().get_openapi_schema(**options)
        schema["paths"] = hot_doors.paths() | schema["paths"]
        schema["components"]["schemas"] |= hot_doors.components()
        return schema


api = Api(
    title="leadhouse",
    version="1",
    description="Leads in, answers out. Every 4xx and 5xx is an ErrorAnswer.",
    urls_namespace="api",
    openapi_extra={"tags": _TAGS},
)
api.add_router("", router)


@api.exception_handler(AuthenticationError)
def _without_key(_: HttpRequest, __: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    return told(NO_KEY)


@api.exception_handler(ValidationError)
def _invalid(_: HttpRequest, fault: ValidationError | type[ValidationError]) -> HttpResponse:
    return told(Fault(400, Code.INVALID_REQUEST, f"Invalid request: {_first(fault)}"))


def _first(fault: ValidationError | type[ValidationError]) -> str:
    errors = fault.errors if isinstance(fault, ValidationError) else []
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in errors[:3])


@api.exception_handler(Exception)
def _failed(_: HttpRequest, fault: Exception | type[Exception]) -> HttpResponse:
    return told(fault_of(fault if isinstance(fault, Exception) else fault()))
