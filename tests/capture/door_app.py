"""The door alone, as an application that granian runs in a process of its own."""

import django

django.setup()

from leadhouse.capture.door.http import Receive, Scope, Send  # noqa: E402
from leadhouse.capture.door.posts import PATHS, Door  # noqa: E402 - only after Django's set-up

_door: Door | None = None


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Pass the door's paths to the door, as the project does; there is nothing else here."""
    global _door
    if scope["type"] == "http" and scope["path"] in PATHS:
        _door = _door or Door(operator_key="the-operators-key")
        await _door(scope, receive, send)
