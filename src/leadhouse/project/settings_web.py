"""The settings of a web process: as everywhere, but its many threads share a pool of connections."""

from leadhouse.project import settings
from leadhouse.project.settings import *  # noqa: F403 - Django's settings are a module's names

# Each request runs in a thread of its own: a connection kept per thread would never be used again.
DATABASES = {
    "default": {
        **settings.DATABASES["default"],
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            **settings.DATABASES["default"]["OPTIONS"],
            # After an outage the next request tries again; a longer limit would sleep ever longer in between.
            "pool": {"min_size": 2, "max_size": 24, "timeout": 5, "max_idle": 120, "reconnect_timeout": 2},
        },
    }
}
