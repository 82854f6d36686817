"""Keys of connectors, which select them in lists: a connector's name alone may be there in several clusters. Pure."""

from urllib.parse import parse_qsl, quote_plus


def key_of(connect: str, name: str) -> str:
    return f"connect={quote_plus(connect)}&name={quote_plus(name)}"


def read_key(key: str) -> tuple[str, str]:
    """Return the Connect cluster and the connector; empty where the key names none."""
    fields = dict(parse_qsl(key, keep_blank_values=True))
    return fields.get("connect", ""), fields.get("name", "")


def label_of(key: str) -> str:
    return f"connector {read_key(key)[1]} {place_of(key)}"


def place_of(key: str) -> str:
    return f"in {read_key(key)[0]}"
