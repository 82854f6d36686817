"""Secrets in configurations of connectors: which values are hidden, and when a hidden one may stay. Pure."""

import re
from collections.abc import Collection, Mapping

HIDDEN = "[hidden]"
ENTER_AGAIN = "Enter it again: the saved value is not kept here."
NAMES = re.compile(
    r"passw(?:or)?d|passphrase|\bpwd\b|secret|token|credential|jaas|(?:^|[._-])keys?$"
    r"|(?:api|access|private|account|shared|master|encryption|ssl)[._-]?key\b",
    re.IGNORECASE,
)
HARMLESS_NAMES = re.compile(r"\.class$", re.IGNORECASE)
HARMLESS_VALUES = frozenset({"", "true", "false"})
REFERENCE = re.compile(r"(?:\$\{[^{}:]+:[^{}]*\}\s*)+")  # to a config provider's secret, which only the workers read
WITHIN = re.compile(
    r"(?P<name>\b(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_?key|sig)\s*=\s*)[^&;,\s\"']+"
    r"|(?P<user>://[^/@\s:]+:)[^/@\s]+(?=@)",
    re.IGNORECASE,
)
DESTINATIONS = re.compile(
    r"url|uri|host|server|endpoint|address|bootstrap|broker|port\b|proxy|domain|jndi|quorum|dsn\b|tns"
    r"|connection[._-]?(?:string|name)|contact|(?:^|[._-])(?:nodes?|masters?|seeds?|instance|tenant|account)(?:[._-]|$)",
    re.IGNORECASE,
)
LEAST = 3  # characters of a secret that is looked for in other texts


def is_secret(name: str, passwords: Collection[str] = ()) -> bool:
    """Tell whether a setting holds a secret: its plugin says so, in ``passwords``, or its name does."""
    return name in passwords or (NAMES.search(name) is not None and not HARMLESS_NAMES.search(name))


def shown(name: str, value: str, passwords: Collection[str] = ()) -> str:
    """Return a value as pages show it: without secrets. References to a config provider are none."""
    if REFERENCE.fullmatch(value):
        return value
    if is_secret(name, passwords) and value not in HARMLESS_VALUES:
        return HIDDEN
    return without_embedded(value)


def without_embedded(text: str) -> str:
    """Return a text without the secrets of addresses in it, such as ``jdbc:…?password=…`` or ``https://user:…@host``."""
    return WITHIN.sub(lambda match: f"{match['name'] or match['user']}{HIDDEN}", text)


def shown_config(config: Mapping[str, str], passwords: Collection[str] = ()) -> dict[str, str]:
    return {name: shown(name, value, passwords) for name, value in sorted(config.items())}


def scrubbed(text: str, config: Mapping[str, str], passwords: Collection[str] = ()) -> str:
    """Return a text, such as a trace, without the secrets of a configuration."""
    for name, value in config.items():
        if shown(name, value, passwords) == HIDDEN and len(value) >= LEAST:
            text = text.replace(value, HIDDEN)
    return without_embedded(text)


def restored(
    typed: Mapping[str, str], stored: Mapping[str, str], passwords: Collection[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """Put stored secrets in the place of hidden ones that were not touched.

    They are kept only while the connector keeps its name, its class and where it connects to: otherwise whoever may
    edit it could have them sent elsewhere.

    Returns:
        The configuration, and by the names of settings why their values must be entered again.
    """
    config, refused = dict(typed), {}
    keeps = is_same_destination(typed, stored)
    for name, value in typed.items():
        if HIDDEN not in value:
            continue
        if keeps and name in stored and shown(name, stored[name], passwords) == value:
            config[name] = stored[name]
        else:
            refused[name] = ENTER_AGAIN
    return config, refused


def is_same_destination(typed: Mapping[str, str], stored: Mapping[str, str]) -> bool:
    """Tell whether name and class are the same, and every setting that says where to connect, secrets in it aside."""
    names = {"name", "connector.class", *filter(DESTINATIONS.search, {*typed, *stored})}
    return all(
        typed.get(name, "") in {stored.get(name, ""), without_embedded(stored.get(name, ""))}
        for name in names
        if not (is_secret(name) and HIDDEN in typed.get(name, ""))
    )
