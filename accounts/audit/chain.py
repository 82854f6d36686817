"""The arithmetic of the audit log's chain: digests of entries, hashes of links, and their seals. Pure."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

FIELDS = (
    "id",
    "at",
    "username",
    "address",
    "action",
    "cluster",
    "resource",
    "steps",
    "outcome",
    "detail",
    "duration_ms",
)
PURPOSE = b"kafkaadmin audit chain"


def digest_of(entry: Mapping[str, Any]) -> str:
    """Return the digest of an entry's fields, which is the same whatever database had them."""
    values = {name: moment(entry[name]) if name == "at" else entry[name] for name in FIELDS}
    return sha256(json.dumps(values, sort_keys=True, separators=(",", ":")))


def hash_of(before: str, number: int, entry: int, at: datetime, digest: str) -> str:
    """Return the hash of a link, which stands for all links before it as well."""
    return sha256("\n".join([before, str(number), str(entry), moment(at), digest]))


def seal_of(key: str, *parts: object) -> str:
    """Return the signature of a text by a key of kafkaadmin's: without it, nobody can make a chain that fits."""
    own = hmac.digest(key.encode(), PURPOSE, "sha256")
    return hmac.digest(own, "\n".join(map(str, parts)).encode(), "sha256").hex()


def is_sealed(keys: Iterable[str], seal: str, *parts: object) -> bool:
    return any(hmac.compare_digest(seal_of(key, *parts), seal) for key in keys)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
