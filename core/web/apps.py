"""The app that brings template tags and what every page is made with."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """``core.web``."""

    name = "core.web"
    label = "web"
