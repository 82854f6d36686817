"""The app of people, grants and the audit log."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Connect what records sign-ins, what ends access, and what checks the configuration."""
        from accounts import checks, signals  # noqa: F401
        from accounts.audit import links  # noqa: F401 - what it connects
        from accounts.people import credentials  # noqa: F401 - what it connects
