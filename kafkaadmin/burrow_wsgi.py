"""The WSGI application of the port that serves Burrow's paths alone."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.burrow_settings"
application = get_wsgi_application()
