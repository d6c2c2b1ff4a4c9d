"""The ASGI application: the sources' door, and Django behind it for everything else."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhouse.project.settings")

_django = get_asgi_application()

from leadhouse.capture.door import PATHS, Door  # noqa: E402 - only after Django's set-up
from leadhouse.capture.http import Receive, Scope, Send  # noqa: E402 - likewise
from leadhouse.project.settings import LEADHOUSE  # noqa: E402 - likewise

_door: Door | None = None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Pass posts of leads to the door, which is made in the loop it serves, and all else to Django."""
    global _door
    if scope["type"] == "http" and scope["path"] in PATHS:
        _door = _door or Door(LEADHOUSE.operator_key)
        await _door(scope, receive, send)
    else:
        await _django(scope, receive, send)
