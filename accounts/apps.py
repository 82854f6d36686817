"""The app of people."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """``accounts``."""

    name = "accounts"

    def ready(self) -> None:
        """Have sign-ins recorded."""
        from accounts import signals  # noqa: F401
