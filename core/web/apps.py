"""The app of the template tags that all pages share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "core.web"
    label = "web"
