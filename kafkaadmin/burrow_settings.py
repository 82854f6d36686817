"""Settings of the port that serves Burrow's paths and the metrics, and nothing else."""

from kafkaadmin.settings import *
from kafkaadmin.settings import MIDDLEWARE as EVERYTHING

ROOT_URLCONF = "lag.burrow.urls"
WSGI_APPLICATION = "kafkaadmin.burrow_wsgi.application"
MIDDLEWARE = [middleware for middleware in EVERYTHING if "whitenoise" not in middleware]
# Scrapers call a pod by its address; no answer here depends on the host that was asked for.
ALLOWED_HOSTS = ["*"]
