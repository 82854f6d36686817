"""Static files whose addresses are made once: each page names some fifteen, which never change while a process runs."""

from functools import cache
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class AddressesKept:
    """A storage that remembers the addresses of its files."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url = cache(super().url)  # type: ignore[misc]  # of the storage that this stands before


class PlainFiles(AddressesKept, StaticFilesStorage):
    """The files as they are, for a checkout."""


class CollectedFiles(AddressesKept, CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """The files that were collected, under names with a digest of their content."""
