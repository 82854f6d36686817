"""The app that brings template tags, and ties Celery to Django in every process."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """``kafkaadmin.web``."""

    name = "kafkaadmin.web"
    label = "web"

    def ready(self) -> None:
        """Make our Celery app the one that tasks are sent with."""
        from kafkaadmin import celery  # noqa: F401 - imported for what it sets up
