"""Slots: what pages show of the apps above them, from the functions that ``SLOTS`` of the settings names."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def fill(name: str, request: HttpRequest, *args: Any) -> Any:
    return import_string(settings.SLOTS[name])(request, *args)
