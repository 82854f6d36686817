"""The lag app."""

from django.apps import AppConfig


class LagConfig(AppConfig):
    """Consumer lag: reading commits, judging them, showing why."""

    name = "lag"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have declared clusters' settings stored."""
        from lag import receivers  # noqa: F401
