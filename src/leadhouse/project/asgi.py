"""The ASGI application: the sources' doors, and Django behind them for everything else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhouse.project.settings")
django.setup()

# Rooms with tables can be imported only now that Django is set up.
from django.core.handlers.asgi import ASGIHandler  # noqa: E402 - see above

from leadhouse.capture.door.http import Receive, Scope, Send  # noqa: E402 - see above
from leadhouse.capture.door.posts import PATHS, Door  # noqa: E402 - see above
from leadhouse.project.settings import LEADHOUSE  # noqa: E402 - see above
from leadhouse.web.api.ping_door import PING, PingDoor  # noqa: E402 - see above

_django = ASGIHandler()
_door: Door | None = None
_ping_door: PingDoor | None = None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Pass posts and pings to their doors, which are made in the loop they serve, and all else to Django."""
    global _door, _ping_door
    path = scope["path"] if scope["type"] == "http" else ""
    if path in PATHS:
        _door = _door or Door(LEADHOUSE.operator_key)
        await _door(scope, receive, send)
    elif path == PING:
        _ping_door = _ping_door or PingDoor(LEADHOUSE.operator_key)
        await _ping_door(scope, receive, send)
    else:
        await _django(dict(scope), receive, send)
