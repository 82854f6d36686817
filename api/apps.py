"""The API's app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        """Connect the signal that names the token in audit entries."""
        from api import signals  # noqa: F401
