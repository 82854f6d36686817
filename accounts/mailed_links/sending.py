"""Sending a link. It leads to KAFKAADMIN_PUBLIC_URL: what a request says of the host could be anybody's."""

import smtplib
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.mailed_links.tokens import INVITATION, RESET
from accounts.sign_in import may_use_password

NOT_CONFIGURED = "Links by e-mail need KAFKAADMIN_SMTP_URL, KAFKAADMIN_MAIL_FROM and KAFKAADMIN_PUBLIC_URL."


class NotSent(Exception):
    """An e-mail was not sent; the message says why."""


def can_send() -> bool:
    """Tell whether links can be sent by e-mail."""
    return bool(settings.SMTP_URL and settings.PUBLIC_URL)


class ForgottenPasswordForm(PasswordResetForm):
    """Django's, for users who may sign in with a password of kafkaadmin's own."""

    def get_users(self, email: str) -> Any:
        """Return who has the address, is active and has a password."""
        return (user for user in super().get_users(email) if may_use_password(user))


def send_reset_links(email: str) -> None:
    """Send whoever has an address a link; a user who has none is sent nothing."""
    form = ForgottenPasswordForm({"email": email})
    if form.is_valid():
        form.save(
            domain_override="kafkaadmin",
            subject_template_name="accounts/mail/reset_subject.txt",
            email_template_name="accounts/mail/reset.txt",
            token_generator=RESET,
            from_email=settings.DEFAULT_FROM_EMAIL,
            extra_email_context={"public_url": settings.PUBLIC_URL},
        )


def send_invitation(user: User, inviter: str) -> None:
    """Send somebody the link that makes their account theirs.

    Raises:
        NotSent: the server refuses, or does not answer.
    """
    context = {
        "public_url": settings.PUBLIC_URL, "inviter": inviter, "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": INVITATION.make_token(user),
    }  # fmt: skip
    text = render_to_string("accounts/mail/invitation.txt", context)
    try:
        send_mail("Your account at kafkaadmin", text, settings.DEFAULT_FROM_EMAIL, [user.email])
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The e-mail could not be sent: {error}.") from error
