"""Secrets at rest: a JSON object encrypted with Fernet under keys derived from KAFKAADMIN_SECRET_KEY.

The first key encrypts; every key decrypts, so that keys can be rotated.
"""

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


class SecretsUnreadable(Exception):
    """What is stored was encrypted under a key that is no longer configured."""


def derived_key(secret: str) -> bytes:
    """Return a Fernet key derived from one configured secret."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kafkaadmin cluster secrets")
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))


@lru_cache(maxsize=4)
def cipher(*keys: str) -> MultiFernet:
    """Return the cipher for the configured secrets, the first one first."""
    return MultiFernet([Fernet(derived_key(key)) for key in keys])


def encrypt(values: dict[str, str]) -> str:
    """Encrypt an object of secrets; an empty one stays an empty text."""
    if not values:
        return ""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return cipher(*keys).encrypt(json.dumps(values).encode()).decode()


def decrypt(token: str) -> dict[str, str]:
    """Decrypt an object of secrets.

    Raises:
        SecretsUnreadable: none of the configured keys fits.
    """
    if not token:
        return {}
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    try:
        values: dict[str, str] = json.loads(cipher(*keys).decrypt(token.encode()))
    except InvalidToken as error:
        raise SecretsUnreadable(
            "The saved secrets were encrypted with another key. Add the previous key to KAFKAADMIN_SECRET_KEY, "
            "after the current one, or enter the secrets again."
        ) from error
    return values


class SecretValues(dict[str, str]):
    """Secrets in memory. Printing them, in a log or a traceback, shows their names only.

    ``lost`` is the stored token when no configured key opens it: it is kept until new secrets are entered.
    """

    lost: str = ""

    def __repr__(self) -> str:
        return f"SecretValues({', '.join(sorted(self))})"

    __str__ = __repr__


class EncryptedSecrets(models.TextField):  # type: ignore[type-arg]  # not generic at run time
    """A model field: a ``SecretValues`` in Python, one encrypted token in the database."""

    def from_db_value(self, value: str | None, *_: Any) -> SecretValues:
        """Return the decrypted secrets; a lost key must not break pages that need no secret."""
        try:
            return SecretValues(decrypt(value or ""))
        except SecretsUnreadable:
            secrets = SecretValues()
            secrets.lost = value or ""
            return secrets

    def get_prep_value(self, value: Any) -> str:
        return encrypt(dict(value)) if value else getattr(value, "lost", "")

    def to_python(self, value: Any) -> SecretValues:
        """Return the secrets of a token, as a backup holds it; secrets themselves stay as they are."""
        return value if isinstance(value, SecretValues) else self.from_db_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the encrypted token, for a backup."""
        return self.get_prep_value(self.value_from_object(obj))
