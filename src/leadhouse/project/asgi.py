"""The ASGI application: Django, behind the doors that answer before it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhouse.project.settings")

application = get_asgi_application()
