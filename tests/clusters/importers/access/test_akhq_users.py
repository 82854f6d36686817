"""AKHQ's users with passwords, and the headers of its proxy: each line is taken over, or said with its path."""

import hashlib
from typing import Any

import pytest
import yaml
from django.contrib.auth.hashers import check_password

from accounts.declared_teams.document import DeclaredUser
from accounts.imported_passwords import encoded
from clusters.importers.access.akhq_headers import headers, networks
from clusters.importers.access.akhq_users import users

SHA = hashlib.sha256("pässword".encode()).hexdigest()
# "a test password", and one of 80 letters of which bcrypt counts 72; by htpasswd, and as Java writes them.
BCRYPT = "$2y$05$Lb6ihB1yrGUDRSTIKOe6BOj1iHIaiA2x3ymQjCMHpOA0Y4Y0.2Ghe"


def read_users(text: str) -> tuple[tuple[DeclaredUser, ...], list[str]]:
    remarks: list[str] = []
    return users({"basic-auth": yaml.safe_load(text)}, "akhq.security", remarks), remarks


def test_users_are_taken_over_with_their_hash_and_groups() -> None:
    own, remarks = read_users(f"""
- {{username: ada, password: {SHA}, groups: [admin, reader]}}
- {{username: bob, password: "{BCRYPT}", password-hash: bcrypt, groups: [reader]}}
- {{username: ada, password: {"0" * 64}}}
""")
    assert [(user.name, user.algorithm, user.teams) for user in own] == [
        ("ada", "SHA256", ("admin", "reader")), ("bob", "BCRYPT", ("reader",)),
    ]  # fmt: skip
    assert remarks == ["akhq.security.basic-auth[2]: another user is called ada, too; AKHQ takes the first"]
    assert SHA not in repr(own)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (f"password: {SHA}", "basic-auth[0].username: it is no name"),
        (f"username: ' x', password: {SHA}", "username: it is no name"),
        ("username: ada", "basic-auth[0]: the password is no SHA-256"),
        (f"username: ada, password: {SHA.upper()}", "in small hexadecimal digits; add ada by"),
        ("username: ada, password: secret, passwordHash: BCRYPT", "the password is no bcrypt hash"),
        (f"username: ada, passwordHash: BCRYPT, password: '{BCRYPT.replace('$05$', '$20$')}'", "more than 2^15 rounds"),
        (f"username: ada, passwordHash: MD5, password: {SHA}", "hashed by MD5 cannot be verified"),
    ],
)
def test_who_cannot_be_taken_over_is_named_without_the_password(entry: str, words: str) -> None:
    own, remarks = read_users(f"[{{{entry}}}]")
    assert (own, len(remarks)) == ((), 1)
    assert words in remarks[0]
    assert SHA not in remarks[0]
    assert BCRYPT[7:] not in remarks[0]


def test_hashed_passwords_are_verified_and_replaced_at_the_first_sign_in() -> None:
    import bcrypt

    stored = encoded("SHA256", SHA)
    assert SHA not in stored
    long = "x" * 80
    java = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode().replace("$2b$", "$2a$")
    for given, password in ((stored, "pässword"), (encoded("BCRYPT", java), long)):
        replaced: list[str] = []
        assert check_password(password, given, replaced.append)
        assert replaced == [password]
        assert not check_password(f"y{password}", given)
    assert not check_password("x", encoded("BCRYPT", "$2a$05$" + "." * 52 + "x"))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("10.0.0.7", ["10.0.0.7"]), (r"10\.0\.0\.7", ["10.0.0.7"]), (r"^10\.0\.0\.7$", ["10.0.0.7"]),
        (r"10\.0\.0\..*", ["10.0.0.0/24"]), (r"10\.0\..+", ["10.0.0.0/16"]), (r"10\..*", ["10.0.0.0/8"]),
        (r"192\.168\.\d+\.\d+", ["192.168.0.0/16"]), (r"192\.168\.1\.[0-9]{1,3}", ["192.168.1.0/24"]),
        (r"127\.0\.0\.1|10\.0\.0\.7", ["127.0.0.1", "10.0.0.7"]), ("0:0:0:0:0:0:0:1", ["::1"]),
        ("0.0.0.0", []), (".*", []), ("10.0.0.*", []), (r"10\.0\.0\.[1-9]", []), (r"10\.\d+", []),
        (r"10\.0\.0\.\d{1,2}", []), (r"999\.1\.1\.1", []), (r"(10|11)\.0\.0\.1", []), ("10.0.0.7|.*", []), ("", []),
    ],
)  # fmt: skip
def test_expressions_for_addresses_become_networks_or_a_remark(pattern: str, expected: list[str]) -> None:
    remarks: list[str] = []
    assert networks(pattern, "ip-patterns[0]", remarks) == expected
    assert bool(remarks) is not bool(expected)
    assert all(remark.startswith("ip-patterns[0]: ") for remark in remarks)


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("{user-header: x-u, groups-header: x-g, groups-header-separator: ';', ip-patterns: [10.0.0.7]}",
         {"user": "x-u", "groups": "x-g", "separator": ";", "addresses": ["10.0.0.7"]}, ""),
        (r"{user-header: x-u, groups-header: x-g, groups-header-separator: '\|', ip-patterns: [10.0.0.7]}",
         {"user": "x-u", "groups": "x-g", "separator": "|", "addresses": ["10.0.0.7"]}, ""),
        ("{user-header: x-u, groups-header: x-g, groups-header-separator: '[;,]', ip-patterns: [10.0.0.7]}",
         {"user": "x-u", "groups": "", "separator": ",", "addresses": ["10.0.0.7"]},
         "header-auth.groups-header-separator: the expression [;,] is not read"),
        ("{groups-header: x-g}", {}, "header-auth.user-header: it is missing"),
        ("{user-header: 'a b'}", {}, "user-header: a b is no name of a header"),
        ("{user-header: x-u, color: red, ip-patterns: [10.0.0.7]}",
         {"user": "x-u", "groups": "", "separator": ",", "addresses": ["10.0.0.7"]}, "header-auth.color: not used"),
        ("{}", {}, ""),
    ],
)  # fmt: skip
def test_headers_of_a_proxy(text: str, expected: dict[str, Any], words: str) -> None:
    remarks: list[str] = []
    assert headers({"header-auth": yaml.safe_load(text)}, "akhq.security", remarks) == expected
    assert words in " ".join(remarks)
    assert bool(remarks) is bool(words)
