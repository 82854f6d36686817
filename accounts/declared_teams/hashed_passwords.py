"""Which hashed passwords of another tool can be verified here. Pure."""

import re

SHA256, BCRYPT = "SHA256", "BCRYPT"
BCRYPT_HASH = re.compile(r"\$2[aby]?\$(\d\d)\$[./A-Za-z0-9]{53}")
SHA256_HASH = re.compile(r"[0-9a-f]{64}")
DEAREST = 15  # more than 2**15 rounds take seconds of a processor at each attempt


def objection_to(algorithm: str, digest: str) -> str:
    """Return why a hashed password cannot be taken over, or nothing."""
    if algorithm == SHA256:
        return "" if SHA256_HASH.fullmatch(digest) else "the password is no SHA-256 in small hexadecimal digits"
    if algorithm != BCRYPT:
        return f"passwords hashed by {algorithm} cannot be verified; SHA256 and BCRYPT can"
    match = BCRYPT_HASH.fullmatch(digest)
    if match is None:
        return "the password is no bcrypt hash"
    return "" if int(match[1]) <= DEAREST else f"a bcrypt hash with more than 2^{DEAREST} rounds is not verified"
