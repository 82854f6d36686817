"""The metrics app."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Registers the app under its own name."""

    name = "metrics"

    def ready(self) -> None:
        """Listen for declared clusters."""
        import metrics.receivers  # noqa: F401
