"""Settings of the port that serves Burrow's paths and the metrics, and nothing else."""

from kafkaadmin.settings import *
from kafkaadmin.settings import MIDDLEWARE as EVERYTHING

ROOT_URLCONF = "lag.burrow.urls"
WSGI_APPLICATION = "kafkaadmin.burrow_wsgi.application"
MIDDLEWARE = [middleware for middleware in EVERYTHING if "whitenoise" not in middleware]
# Scrapers call a pod by its IP address; no answer here depends on the requested host.
ALLOWED_HOSTS = ["*"]
