"""The app of people, grants and the audit log."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Connect the signals that record sign-ins."""
        from accounts import signals  # noqa: F401
