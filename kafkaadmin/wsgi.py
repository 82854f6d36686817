"""The WSGI application that gunicorn serves."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from core.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kafkaadmin.settings")
django_application = get_wsgi_application()
len(get_resolver().url_patterns)  # which reads them: the first page need not
settle()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Take the base path off the request's path: not every proxy does. Probes may leave it out.

    That the process is alive is told without Django, of which any part may be what hangs.
    """
    from django.conf import settings

    base = settings.FORCE_SCRIPT_NAME
    path = environ.get("PATH_INFO", "")
    if path in (f"{base or ''}/healthz", "/healthz"):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
        return [b"ok\n"]
    if base and (path == base or path.startswith(f"{base}/")):
        environ["PATH_INFO"] = path.removeprefix(base) or "/"
    for name in ("RAW_URI", "REQUEST_URI"):
        raw = environ.get(name, "")
        if base and raw.startswith(f"{base}/"):
            environ[name] = raw.removeprefix(base)
    response: Iterable[bytes] = django_application(environ, start_response)
    return response
