"""What is wrong with the configuration of signing in: told by ``kafkaadmin check``, and at the start of the pages."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from accounts.audit.targets import check_targets
from accounts.single_sign_on.in_force import reading_failures


@register
def sign_in_is_configured(**_: Any) -> list[Error]:
    """Read the providers and directories, whose headers are believed, and who needs a second factor."""
    return [Error(failure, id="accounts.E001") for failure in reading_failures()]


@register
def audit_targets_have_addresses(**_: Any) -> list[Error]:
    try:
        check_targets()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="accounts.E003")]
    return []


@register
def links_have_a_place(**_: Any) -> list[Error]:
    """Refuse to send links without knowing where kafkaadmin is: a request's word for it could be anybody's."""
    if settings.SMTP_URL and not settings.PUBLIC_URL:
        return [Error("KAFKAADMIN_SMTP_URL needs KAFKAADMIN_PUBLIC_URL: links lead there.", id="accounts.E002")]
    return []
