"""The app of the template tags that all pages share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "core.web"
    label = "web"

    def ready(self) -> None:
        """Have the database match expressions as pages do."""
        from core.database import sqlite_regexp  # noqa: F401 - imported for what it connects
