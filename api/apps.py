"""The app of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """``api``."""

    name = "api"

    def ready(self) -> None:
        """Have the audit log say through which token something was done."""
        from api import signals  # noqa: F401
