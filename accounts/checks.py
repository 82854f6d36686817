"""What is wrong with the configuration of signing in: told by ``kafkaadmin check``, and at the start of the pages."""

from collections.abc import Callable
from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from accounts.audit.targets import check_targets
from accounts.second_factor.policy import policy
from accounts.single_sign_on.directories import configured_directories
from accounts.single_sign_on.providers import configured
from accounts.single_sign_on.proxy import configured_headers


@register
def sign_in_is_configured(**_: Any) -> list[Error]:
    """Read the providers, and whose headers are believed."""
    readings: tuple[Callable[[], object], ...] = (
        configured, configured_directories, configured_headers, policy, check_targets,
    )  # fmt: skip
    return [error for reading in readings for error in errors_of(reading)]


def errors_of(reading: Callable[[], object]) -> list[Error]:
    try:
        reading()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="accounts.E001")]
    return []
