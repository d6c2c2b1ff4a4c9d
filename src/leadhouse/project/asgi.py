"""The ASGI application: the sources' door, and Django behind it for everything else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhouse.project.settings")
django.setup()

# Rooms with tables can be imported only now that Django is set up.
from django.core.handlers.asgi import ASGIHandler  # noqa: E402 - see above

from leadhouse.capture.door import PATHS, Door  # noqa: E402 - see above
from leadhouse.capture.http import Receive, Scope, Send  # noqa: E402 - see above
from leadhouse.project.settings import LEADHOUSE  # noqa: E402 - see above

_django = ASGIHandler()
_door: Door | None = None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Pass posts of leads to the door, which is made in the loop it serves, and all else to Django."""
    global _door
    if scope["type"] == "http" and scope["path"] in PATHS:
        _door = _door or Door(LEADHOUSE.operator_key)
        await _door(scope, receive, send)
    else:
        await _django(dict(scope), receive, send)
