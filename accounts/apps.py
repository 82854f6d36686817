"""The app of people, grants and the audit log."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Connect what records sign-ins, and what ends access."""
        from accounts import signals  # noqa: F401
        from accounts.people import credentials  # noqa: F401 - what it connects
