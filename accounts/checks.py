"""What is wrong with the configuration of signing in: told by ``kafkaadmin check``, and at the start of the pages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from accounts.audit.targets import check_targets
from accounts.second_factor.policy import policy
from accounts.single_sign_on.ldap.directories import configured_directories
from accounts.single_sign_on.providers import configured
from accounts.single_sign_on.proxy import configured_headers


@register
def sign_in_is_configured(**_: Any) -> list[Error]:
    """Read the providers, and whose headers are believed."""
    readings: tuple[Callable[[], object], ...] = (
        configured, configured_directories, configured_headers, policy, check_targets,
    )  # fmt: skip
    return [error for reading in readings for error in errors_of(reading)]


@register
def links_have_a_place(**_: Any) -> list[Error]:
    """Refuse to send links without knowing where kafkaadmin is: a request's word for it could be anybody's."""
    if settings.SMTP_URL and not settings.PUBLIC_URL:
        return [Error("KAFKAADMIN_SMTP_URL needs KAFKAADMIN_PUBLIC_URL: links lead there.", id="accounts.E002")]
    return []


def errors_of(reading: Callable[[], object]) -> list[Error]:
    try:
        reading()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="accounts.E001")]
    return []
