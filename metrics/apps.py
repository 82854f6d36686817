"""The metrics app."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        import metrics.receivers  # noqa: F401
