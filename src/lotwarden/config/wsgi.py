"""The application as a WSGI callable, for any server; `lotwarden serve` uses waitress."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from lotwarden.config.database import check

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotwarden.config.settings")

application = get_wsgi_application()
check()
