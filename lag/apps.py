"""The lag app."""

from django.apps import AppConfig


class LagConfig(AppConfig):
    name = "lag"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lag import receivers  # noqa: F401
