"""One-time codes and recovery codes. Pure: the time is passed in.

The algorithm is django-otp's (RFC 6238). Its tables are not used: they keep keys in the clear.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP

ISSUER = "kafkaadmin"
KEY_BYTES = 20  # as RFC 4226 recommends for SHA-1
TOLERANCE = 1  # steps of 30 seconds that a clock may differ by
CODE = re.compile(r"[0-9]{6}")
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 16 characters: random enough that a plain hash is safe


def new_key() -> str:
    """Return a key as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()


def in_groups(text: str) -> str:
    """Return a key or code in groups of four characters, as people type it."""
    return " ".join(text[first : first + 4] for first in range(0, len(text), 4))


def uri_of(key: str, account: str) -> str:
    """Return what a QR code says to an authenticator app."""
    label = quote(f"{ISSUER}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': key, 'issuer': ISSUER})}"


def without_spaces(code: str) -> str:
    return "".join(code.split()).replace("-", "")


def step_of(key: str, code: str, now: datetime, after: int = 0) -> int | None:
    """Return the time step that a code is of; None for a wrong one, and for one of step ``after`` or before."""
    code = without_spaces(code)
    if not key or not CODE.fullmatch(code):
        return None
    totp = TOTP(base64.b32decode(key))
    totp.time = now.timestamp()
    return totp.t() if totp.verify(int(code), tolerance=TOLERANCE, min_t=after + 1) else None


def new_recovery_codes() -> list[str]:
    """Return codes that each open the door once, where the app is lost."""
    return [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]


def digest_of(code: str) -> str:
    """Return what is stored of a recovery code, however it was typed."""
    return hashlib.sha256(without_spaces(code).lower().encode()).hexdigest()


def without_used(digests: Sequence[str], code: str) -> list[str] | None:
    """Return the digests that are left once a recovery code is used; None where it is none of them."""
    used = digest_of(code)
    return [digest for digest in digests if digest != used] if used in digests else None
