"""Passwords that are generated. They are shown once, and stored, logged and audited nowhere."""

import secrets
import string

LENGTH = 32
ALPHABET = string.ascii_letters + string.digits  # needs no quoting in JAAS files, shells and URLs


def generate() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
