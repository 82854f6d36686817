"""The metrics app."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Registers the app under its own name."""

    name = "metrics"
