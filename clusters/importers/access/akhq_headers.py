"""AKHQ's ``header-auth``: headers of a proxy that signs in, and from which addresses they count. Pure."""

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from clusters.importers.access.kafka_ui_roles import indexed
from clusters.importers.access.kafka_ui_sign_in import value_of
from clusters.importers.shapes import relaxed

KEYS = {"userheader", "groupsheader", "groupsheaderseparator", "ippatterns", "defaultgroup", "groups", "users"}
HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound: AKHQ's word for every address
DOT = r"\\?\."
ADDRESS = re.compile(rf"\d{{1,3}}(?:{DOT}\d{{1,3}}){{3}}")
# Octets that stand there, and any octets after them: 10\.0\.\d+\.\d+, 10\.0\..*
OCTET = r"(?:\\d|\[0-9\])(?:\+|\{1,3\})"
NETWORK = re.compile(rf"(\d{{1,3}}(?:\\\.\d{{1,3}}){{0,2}})((?:\\\.{OCTET}){{1,3}}|\\\.\.[*+])")
SPECIAL = set("\\^$.|?*+()[]{}")  # of Java's expressions: AKHQ splits by one
ADVICE = "headers count from KAFKAADMIN_PROXY_ADDRESSES only"


def headers(security: Mapping[str, Any], path: str, remarks: list[str]) -> dict[str, Any]:
    """Return the headers and the addresses that may send them; nothing where AKHQ has none."""
    fields = value_of(security, "headerauth")
    if not isinstance(fields, Mapping) or not fields:
        return {}
    at = f"{path}.header-auth"
    remarks += [f"{at}.{key}: not used by kafkaadmin" for key in fields if relaxed(key) not in KEYS]
    user = name_in(fields, "user-header", at, remarks)
    if not user:
        remarks.append(f"{at}.user-header: it is missing; nobody can sign in by it")
        return {}
    groups = name_in(fields, "groups-header", at, remarks)
    separator = separator_in(fields, at, remarks)
    patterns = indexed(value_of(fields, "ippatterns"))
    if not patterns:
        remarks.append(f"{at}.ip-patterns: none, so that AKHQ believes headers from every address; {ADVICE}")
    addresses = [
        each for number, text in patterns for each in networks(str(text), f"{at}.ip-patterns[{number}]", remarks)
    ]
    return {"user": user, "groups": groups if separator else "", "separator": separator or ",", "addresses": addresses}


def name_in(fields: Mapping[str, Any], key: str, path: str, remarks: list[str]) -> str:
    name = str(value_of(fields, relaxed(key)) or "")
    if name and not HEADER.fullmatch(name):
        remarks.append(f"{path}.{key}: {name} is no name of a header that can be read; not used")
        return ""
    return name


def separator_in(fields: Mapping[str, Any], path: str, remarks: list[str]) -> str:
    """Return what stands between groups; nothing, with a remark, for an expression that is more than a text."""
    text = str(value_of(fields, "groupsheaderseparator") or ",")
    plain = text[1:] if len(text) == 2 and text[0] == "\\" and text[1] in SPECIAL else text
    if plain is text and set(text) & SPECIAL:
        remarks.append(
            f"{path}.groups-header-separator: the expression {text} is not read; the header's groups are not used"
        )
        return ""
    return plain


def networks(pattern: str, path: str, remarks: list[str]) -> list[str]:
    """Return the networks of an expression for addresses; none, with a remark, where networks cannot say it."""
    if pattern == ANYWHERE:
        remarks.append(f"{path}: AKHQ believes headers from every address; {ADVICE}")
        return []
    parts = [network_of(part) for part in pattern.split("|")]
    if not all(parts):
        remarks.append(f"{path}: {pattern} cannot be said by networks; {ADVICE}")
        return []
    return parts


def network_of(pattern: str) -> str:
    """Return the network of an expression without alternatives; an empty text where there is none."""
    text = pattern.removeprefix("^").removesuffix("$")
    plain = text.replace("\\", "")
    try:
        if ADDRESS.fullmatch(text) or ":" in text:
            return str(ip_address(plain))
        if match := NETWORK.fullmatch(text):
            octets = match[1].replace("\\", "").split(".")
            missing = 4 - len(octets)
            if (match[2].endswith((".*", ".+")) and match[2][2] == ".") or match[2].count("\\.") == missing:
                return str(ip_network(f"{'.'.join([*octets, *['0'] * missing])}/{8 * len(octets)}"))
    except ValueError:
        pass
    return ""
