"""The LDAP directories that people sign in with: from the environment, and from KAFKAADMIN_SIGN_IN."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from accounts.single_sign_on.providers import NAME, PROXY, Provider, configured, contents
from accounts.single_sign_on.sign_in_file import each_of, gathered, naming, structured_in
from core import environment as env
from core.rereading import PartlyUsable, Rereading

DEFAULT = "ldap"  # the name of the directory of the environment
ACTIVE_DIRECTORY, OPENLDAP = "active-directory", "openldap"
SECRET_KEYS = ("bind_password", "bind_password_file", "bind_password_variable")
# What differs between the kinds of servers, where nothing else is configured.
DEFAULTS: dict[str, dict[str, str]] = {
    OPENLDAP: {
        "user_filter": "(uid={user})", "username_attribute": "uid", "id_attribute": "entryUUID",
        "group_filter": "(|(member={dn})(uniqueMember={dn})(memberUid={user}))",
    },
    ACTIVE_DIRECTORY: {
        "user_filter": "(&(objectCategory=person)(sAMAccountName={user}))", "username_attribute": "sAMAccountName",
        "id_attribute": "objectGUID", "group_filter": "(member:1.2.840.113556.1.4.1941:={dn})",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Directory:
    """A directory; ``urls`` are servers with the same entries, of which the first that answers is asked."""

    name: str
    urls: tuple[str, ...]
    user_base: str
    label: str = ""
    kind: str = OPENLDAP
    bind_dn: str = ""
    bind_password: str = field(default="", repr=False)
    user_filter: str = ""
    group_base: str = ""
    group_filter: str = ""
    group_attribute: str = "cn"
    username_attribute: str = ""
    id_attribute: str = ""
    member_of: bool = True  # whether groups that an entry itself names count
    nested: bool = True
    start_tls: bool = False
    ca_pem: str = ""

    @property
    def title(self) -> str:
        return self.label or self.name

    @property
    def provider(self) -> Provider:
        """The directory as accounts know it."""
        return Provider(self.name, "", "", label=self.title, username_claim="username")


def configured_directories() -> Mapping[str, Directory]:
    """Return the directories by name: none while one cannot be used, and none were read before."""
    return read_directories(
        settings.SIGN_IN_FILE, os.environ.get("KAFKAADMIN_LDAP_URLS", ""), settings.KAFKAADMIN_CONFIG
    )


def read_all(again: bool) -> Mapping[str, Directory]:
    """Return the directories by name.

    Raises:
        PartlyUsable: one of them cannot be used; the message says why.
    """
    failures: list[str] = []
    every = gathered((of_environment, of_file, partial(of_other_tools, again)), failures)
    by_name = {directory.name: directory for directory in every}
    if len(by_name) < len(every) or by_name.keys() & configured().keys():
        raise ImproperlyConfigured("Two providers, or a provider and a directory, have the same name.")
    if failures:
        raise PartlyUsable(failures, by_name)
    return by_name


read_directories: Rereading[Mapping[str, Directory]] = Rereading(read_all, {})


def of_file() -> list[Directory]:
    return each_of(settings.SIGN_IN_FILE, "ldap", directory_of) if settings.SIGN_IN_FILE else []


def of_other_tools(again: bool) -> list[Directory]:
    with naming("KAFKAADMIN_CONFIG"):
        return [directory_of(entry) for source in settings.DIRECTORY_SOURCES for entry in import_string(source)(again)]


def titles() -> dict[str, str]:
    """Return what providers and directories are called, by their names."""
    ways: list[Provider | Directory] = [*configured().values(), *configured_directories().values()]
    return {way.name: way.title for way in ways}


def of_environment() -> list[Directory]:
    """Return the directory of ``KAFKAADMIN_LDAP_…``, if there is one."""
    urls = env.text("KAFKAADMIN_LDAP_URLS")
    if not urls:
        return []
    texts = {
        "label": env.text("KAFKAADMIN_LDAP_LABEL"),
        "kind": env.text("KAFKAADMIN_LDAP_KIND"),
        "bind_dn": env.text("KAFKAADMIN_LDAP_BIND_DN"),
        "bind_password": env.text("KAFKAADMIN_LDAP_BIND_PASSWORD"),
        "user_base": env.text("KAFKAADMIN_LDAP_USER_BASE"),
        "user_filter": env.text("KAFKAADMIN_LDAP_USER_FILTER"),
        "group_base": env.text("KAFKAADMIN_LDAP_GROUP_BASE"),
        "group_filter": env.text("KAFKAADMIN_LDAP_GROUP_FILTER"),
        "group_attribute": env.text("KAFKAADMIN_LDAP_GROUP_ATTRIBUTE"),
        "username_attribute": env.text("KAFKAADMIN_LDAP_USERNAME_ATTRIBUTE"),
        "id_attribute": env.text("KAFKAADMIN_LDAP_ID_ATTRIBUTE"),
    }
    flags = {"nested": env.flag("KAFKAADMIN_LDAP_NESTED"), "start_tls": env.flag("KAFKAADMIN_LDAP_START_TLS")}
    with naming("KAFKAADMIN_LDAP_…"):
        return [directory_of({"name": DEFAULT, "urls": urls, **texts, **flags}, env.text("KAFKAADMIN_LDAP_CA"))]


def directory_of(entry: Mapping[str, Any], ca_pem: str = "") -> Directory:
    """Return a directory for its fields.

    Raises:
        ImproperlyConfigured: a field is missing, unknown or not usable.
    """
    name = str(entry.get("name") or DEFAULT)
    expected = {each.name for each in fields(Directory)} - {"ca_pem"} | {*SECRET_KEYS, "ca_file"}
    if unknown := ", ".join(sorted(str(key) for key in entry.keys() - expected)):
        raise ImproperlyConfigured(
            f"Directory {name}: unknown field {unknown}. There are {', '.join(sorted(expected))}."
        )
    if structured := structured_in({key: value for key, value in entry.items() if key != "urls"}):
        raise ImproperlyConfigured(f"Directory {name}: {structured} must be one text.")
    flags = {key: flag_of(name, key, entry[key]) for key in ("member_of", "nested", "start_tls") if key in entry}
    texts = {key: str(value) for key, value in entry.items() if key not in {*flags, "urls"} and value not in {None, ""}}
    urls = urls_of(name, entry.get("urls"))
    if not NAME.fullmatch(name) or name == PROXY:
        raise ImproperlyConfigured(f"Directory {name}: a name has small letters, digits and hyphens, and is not proxy.")
    if "user_base" not in texts:
        raise ImproperlyConfigured(f"Directory {name}: user_base is missing, e.g. ou=staff,dc=example,dc=com.")
    kind = texts.get("kind", OPENLDAP)
    if kind not in DEFAULTS:
        raise ImproperlyConfigured(f"Directory {name}: kind must be {' or '.join(DEFAULTS)}.")
    texts["bind_password"] = password_of(name, texts)
    ca_pem = contents(name, texts.pop("ca_file")) if "ca_file" in texts else ca_pem
    plain = {key: value for key, value in texts.items() if key not in SECRET_KEYS[1:]}
    values: dict[str, Any] = {**DEFAULTS[kind], **plain, **flags, "name": name, "urls": urls, "ca_pem": ca_pem}
    check_filters(Directory(**values))
    return Directory(**values)


def urls_of(name: str, value: object) -> tuple[str, ...]:
    urls = [str(url) for url in value] if isinstance(value, list) else str(value or "").replace(",", " ").split()
    if not urls or not all(url.startswith(("ldap://", "ldaps://")) for url in urls):
        raise ImproperlyConfigured(f"Directory {name}: urls must be ldaps:// or ldap:// URLs.")
    return tuple(urls)


def flag_of(name: str, key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ImproperlyConfigured(f"Directory {name}: {key} must be true or false.")
    return value


def password_of(name: str, texts: Mapping[str, str]) -> str:
    if "bind_password_file" in texts:
        return contents(name, texts["bind_password_file"]).strip()
    if variable := texts.get("bind_password_variable"):
        if variable not in os.environ:
            raise ImproperlyConfigured(f"Directory {name}: the variable {variable} is not set.")
        return os.environ[variable]
    return texts.get("bind_password", "")


def check_filters(directory: Directory) -> None:
    """Raises ImproperlyConfigured: a filter does not say where the name stands."""
    if "{user}" not in directory.user_filter or not directory.user_filter.startswith("("):
        raise ImproperlyConfigured(f"Directory {directory.name}: user_filter needs {{user}}, e.g. (uid={{user}}).")
    if directory.group_filter.count("{dn}") + directory.group_filter.count("{user}") == 0:
        raise ImproperlyConfigured(f"Directory {directory.name}: group_filter needs {{dn}}, e.g. (member={{dn}}).")
