"""Passkeys (WebAuthn) beside the authenticator app: asking a browser for one, and checking what it says."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Passkey, SecondFactor
from accounts.second_factor.places import MOST, Place
from accounts.second_factor.verification import Verdict, failures_of, remember

# What the library raises for an answer of a browser that is none, also for one that is nested too deeply.
UNUSABLE = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)
CHALLENGE = "second_factor_challenge"  # the session's key
DISCOURAGED = UserVerificationRequirement.DISCOURAGED  # it is the second factor: the password was given


def registration_options(request: HttpRequest, place: Place, factor: SecondFactor) -> str:
    """Return what a browser makes a passkey by, as JSON; the challenge is kept in the session, and counts once."""
    options = generate_registration_options(
        rp_id=place.host,
        rp_name="kafkaadmin",
        user_name=factor.user.get_username(),
        user_id=str(factor.user_id).encode(),
        exclude_credentials=descriptors(factor),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=DISCOURAGED
        ),
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return options_to_json(options)


def authentication_options(request: HttpRequest, place: Place, factor: SecondFactor) -> str:
    """Return what a browser answers with a passkey of a user, as JSON."""
    options = generate_authentication_options(
        rp_id=place.host, allow_credentials=descriptors(factor), user_verification=DISCOURAGED
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return options_to_json(options)


def descriptors(factor: SecondFactor) -> list[PublicKeyCredentialDescriptor]:
    ids = factor.passkeys.values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in ids]


def taken_challenge(request: HttpRequest) -> bytes:
    """Return the challenge of this session, which counts once; empty where there is none."""
    return base64url_to_bytes(request.session.pop(CHALLENGE, ""))


def passkey_of(request: HttpRequest, place: Place, credential: str, name: str, now: datetime) -> Passkey | None:
    """Return the passkey that a browser has made, not saved yet; None if its answer is not valid."""
    challenge = taken_challenge(request)
    try:
        made = verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=place.host,
            expected_origin=place.origin,
        )  # fmt: skip
    except UNUSABLE:
        return None
    return Passkey(
        name=name, credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key), sign_count=made.sign_count, added_at=now,
    ) if challenge else None  # fmt: skip


@transaction.atomic
def verify_passkey(request: HttpRequest, place: Place, user: Any, credential: str, now: datetime) -> Verdict:
    """Try a browser's answer for a user; wrong ones count as wrong codes do."""
    challenge = taken_challenge(request)
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return Verdict.WRONG_PASSKEY
    if failures_of(factor, now) >= settings.AXES_FAILURE_LIMIT:
        return Verdict.LOCKED
    passkey = used_passkey(factor, place, credential, challenge) if challenge else None
    verdict = Verdict.WRONG_PASSKEY if passkey is None else Verdict.PASSKEY
    if passkey is not None:
        passkey.used_at = now
        passkey.save(update_fields=["sign_count", "used_at"])
    remember(factor, verdict, now)
    return verdict


def used_passkey(factor: SecondFactor, place: Place, credential: str, challenge: bytes) -> Passkey | None:
    """Return the passkey that signed a challenge, with its new count; None where none of the user's did."""
    for passkey in factor.passkeys.all()[:MOST]:
        try:
            used = verify_authentication_response(
                credential=credential, expected_challenge=challenge, expected_rp_id=place.host,
                expected_origin=place.origin, credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
            )  # fmt: skip
        except UNUSABLE:
            continue
        if bytes_to_base64url(used.credential_id) == passkey.credential_id:
            passkey.sign_count = used.new_sign_count
            return passkey
    return None
