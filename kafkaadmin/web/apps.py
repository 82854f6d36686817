"""The app that brings template tags and nothing else."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """``kafkaadmin.web``."""

    name = "kafkaadmin.web"
    label = "web"
