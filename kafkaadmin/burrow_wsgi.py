"""The WSGI application of the port that serves Burrow's paths alone."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from core.memory import settle

os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.burrow_settings"
application = get_wsgi_application()
len(get_resolver().url_patterns)  # loads all URLs now, so that the first request need not
settle()
