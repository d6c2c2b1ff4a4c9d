"""What the server's worker process loads: it dies with its parent, logs our way, pools its connections."""

import os

from leadhouse.project.garbage import collect_seldom
from leadhouse.project.lifeline import die_with
from leadhouse.project.logs import configure_logs

die_with(os.getppid())
configure_logs()
collect_seldom()
os.environ["DJANGO_SETTINGS_MODULE"] = "leadhouse.project.settings_web"

from leadhouse.project.asgi import application  # noqa: E402 - the settings are chosen above

__all__ = ["application"]
