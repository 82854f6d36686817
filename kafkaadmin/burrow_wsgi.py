"""The WSGI application of the port that serves Burrow's paths alone."""

import os

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kafkaadmin.settings")
get_wsgi_application()


class BurrowHandler(WSGIHandler):
    """Serves another table of routes."""

    def get_response(self, request: WSGIRequest) -> HttpResponseBase:  # type: ignore[override]
        """Answer from Burrow's routes."""
        request.urlconf = "lag.burrow.urls"
        return super().get_response(request)


application = BurrowHandler()
