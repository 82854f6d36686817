"""Passwords as another tool's configuration has them, hashed: stored so that they can be verified, and nothing else.

Whoever signs in has theirs hashed anew by Django, as with any hasher that is not the preferred one.
"""

import hashlib
from contextlib import suppress

from django.contrib.auth.hashers import BCryptPasswordHasher, PBKDF2PasswordHasher

from accounts.declared_teams.hashed_passwords import SHA256

LONGEST = 72  # bytes of a password that bcrypt takes; the rest never counted


class ImportedSha256Hasher(PBKDF2PasswordHasher):
    """PBKDF2 over a SHA-256 without salt, which would be found out in no time if the database were read."""

    algorithm = "pbkdf2_of_sha256"

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return self.encode_digest(hashlib.sha256(password.encode()).hexdigest(), salt, iterations)

    def encode_digest(self, digest: str, salt: str, iterations: int | None = None) -> str:
        """Return what is stored of the hexadecimal digest of a password."""
        return super().encode(digest, salt, iterations)


class ImportedBcryptHasher(BCryptPasswordHasher):
    """Bcrypt, as Java has it: what is longer than 72 bytes is cut, and no error."""

    algorithm = "imported_bcrypt"

    def encode(self, password: str, salt: bytes) -> str:  # type: ignore[override]  # the stubs have a text
        import bcrypt  # loaded where such a password is verified only

        return f"{self.algorithm}${bcrypt.hashpw(password.encode()[:LONGEST], salt).decode()}"

    def verify(self, password: str, encoded: str) -> bool:
        with suppress(ValueError):  # no salt that bcrypt knows
            return super().verify(password, encoded)
        return False


def encoded(algorithm: str, digest: str) -> str:
    """Return a hashed password as Django stores it."""
    if algorithm == SHA256:
        hasher = ImportedSha256Hasher()
        return hasher.encode_digest(digest, hasher.salt())
    return f"{ImportedBcryptHasher.algorithm}${digest}"
