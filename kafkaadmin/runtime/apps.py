"""The app that ties Celery to Django in every process."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "kafkaadmin.runtime"
    label = "runtime"

    def ready(self) -> None:
        """Make our Celery app the one that tasks are sent with."""
        from kafkaadmin.runtime import celery  # noqa: F401 - imported for what it sets up
