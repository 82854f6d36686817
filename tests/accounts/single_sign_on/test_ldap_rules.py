"""What is read of a directory's entries and of its configuration, without a directory."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.single_sign_on.ldap import asking as ldap
from accounts.single_sign_on.ldap.directories import directory_of


@pytest.mark.parametrize(
    ("attributes", "is_locked"),
    [
        ({}, False), ({"userAccountControl": [b"512"]}, False), ({"userAccountControl": [b"514"]}, True),
        ({"msDS-User-Account-Control-Computed": [b"16"]}, True), ({"accountExpires": [b"0"]}, False),
        ({"accountExpires": [b"9223372036854775807"]}, False), ({"accountExpires": [b"131000000000000000"]}, True),
        ({"accountExpires": [b"999000000000000000"]}, False), ({"nsAccountLock": [b"TRUE"]}, True),
        ({"nsaccountlock": [b"false"]}, False), ({"pwdAccountLockedTime": [b"20260101000000Z"]}, True),
    ],
)  # fmt: skip
def test_locked_is_what_any_kind_of_server_says(attributes: dict[str, list[bytes]], is_locked: bool) -> None:
    assert ldap.is_locked({"raw_attributes": attributes}) is is_locked


@pytest.mark.parametrize(
    ("dn", "name"),
    [
        ("cn=team,ou=x", "team"), ("CN=Ops\\, EU,OU=x", "Ops, EU"), ("cn=g\\2C 1,ou=x", "g, 1"),
        ("cn=Zo\\C3\\AB,ou=x", "Zoë"), ("cn=a\\+b+ou=c,ou=x", "a+b"), ("cn=a\\\\b,ou=x", "a\\b"), ("nonsense", ""),
    ],
)  # fmt: skip
def test_a_groups_name_is_read_from_its_dn(dn: str, name: str) -> None:
    assert ldap.name_in(dn) == name


@pytest.mark.parametrize(
    ("dn", "base", "is_below"),
    [
        ("CN=Ops,OU=Groups,DC=x", "ou=groups,dc=x", True), ("cn=ops,ou=groups,dc=x", "", True),
        ("cn=ops, ou=groups, dc=x", "ou=groups,dc=x", True), ("cn=ops,ou=other,dc=x", "ou=groups,dc=x", False),
        ("cn=ops,ou=groups,dc=x,dc=y", "ou=groups,dc=x", False), ("cn=x\\,ou=groups\\,dc=x", "ou=groups,dc=x", False),
        ("cn=a,ou=M\\C3\\BCller,dc=x", "ou=Müller,dc=x", True), ("ou=groups,dc=x", "cn=ops,ou=groups,dc=x", False),
        ("cn=ops,my-ou=groups,dc=x", "ou=groups,dc=x", False),
    ],
)  # fmt: skip
def test_what_is_below_a_base_is_told_by_its_dn(dn: str, base: str, is_below: bool) -> None:
    assert ldap.is_below(dn, base) is is_below


def test_an_id_of_active_directory_is_found_again() -> None:
    own = directory_of({"urls": "ldaps://x", "user_base": "dc=x", "kind": "active-directory"})
    raw = bytes(range(16))
    subject = ldap.subject_of(own, {"dn": "cn=x", "raw_attributes": {"objectGUID": [raw]}})
    assert subject == "03020100-0504-0706-0809-0a0b0c0d0e0f"
    assert ldap.id_in_filter(own, subject) == "".join(f"\\{byte:02x}" for byte in raw)
    assert own.user_filter == "(&(objectCategory=person)(sAMAccountName={user}))"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"urls": "http://x"}, "must be ldaps:// or ldap:// URLs"), ({"urls": ""}, "must be ldaps://"),
        ({"user_base": ""}, "user_base is missing"), ({"kind": "novell"}, "kind must be openldap or active-directory"),
        ({"user_filter": "(uid=x)"}, "user_filter needs {user}"),
        ({"group_filter": "(a=b)"}, "group_filter needs {dn}"),
        ({"nested": "yes"}, "nested must be true or false"), ({"tls": True}, "unknown field tls"),
        ({"name": "Proxy/"}, "small letters"), ({"ca_file": "/none"}, "/none cannot be read"),
        ({"bind_password_variable": "NONE"}, "NONE is not set"),
        ({"user_base": ["dc=x"]}, "user_base must be one text"), ({"label": {"a": 1}}, "label must be one text"),
    ],
)  # fmt: skip
def test_of_a_wrong_directory_it_is_said_what_is_wrong(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words.replace("{", r"\{")):
        directory_of({"urls": "ldaps://x", "user_base": "dc=x", **changes})
