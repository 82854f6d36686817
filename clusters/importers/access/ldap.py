"""kafka-ui's and AKHQ's LDAP directories as entries of our sign-in file. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from clusters.importers.access.kafka_ui_sign_in import SignIn, inner, name_for, value_of

NAMED = re.compile(r"\((\w+)=\{user\}\)")
SPRING_KEYS = {
    "urls", "base", "adminuser", "adminpassword", "userfiltersearchbase", "userfiltersearchfilter",
    "groupfiltersearchbase", "groupfiltersearchfilter",
}  # fmt: skip
NO_ACCOUNT = "{path}: an account that may search is needed, since users are confirmed each minute; set {key}"


def add_kafka_uis(result: SignIn, document: Mapping[str, Any], remarks: list[str]) -> None:
    """Add ``spring.ldap``: with ``oauth2.ldap.activeDirectory``, as an Active Directory."""
    ldap, kind = inner(inner(document, "spring"), "ldap"), inner(inner(document, "oauth2"), "ldap")
    remarks += [f"spring.ldap.{key}: not used by kafkaadmin" for key in ldap if squeezed(key) not in SPRING_KEYS]
    fields = {squeezed(key): str(value) for key, value in ldap.items() if value not in (None, "")}
    setting = value_of(kind, "activedirectory")
    domain = next((value for key, value in kind.items() if squeezed(key) == "activedirectorydomain"), None) or (
        value_of(setting, "domain") if isinstance(setting, Mapping) else None
    )
    if not fields.get("urls"):
        remarks.append("spring.ldap.urls is missing; nobody can sign in by it")
        return
    entry = {"name": "ldap", "urls": fields["urls"], "label": "LDAP", **account(fields)}
    if str(setting).lower() == "true" or isinstance(setting, Mapping):
        active_directory(entry, str(domain or ""))
    else:
        openldap(entry, fields)
    if "bind_dn" not in entry:
        remarks.append(NO_ACCOUNT.format(path="spring.ldap", key="adminUser"))
    if not entry.get("user_base"):
        remarks.append("spring.ldap: no base to search users in; nobody can sign in by it")
        return
    result.directories.append(entry)
    result.names["ldap_ad" if entry.get("kind") else "ldap"] = ("ldap",)


def squeezed(key: object) -> str:
    return re.sub(r"[^a-z]", "", str(key).lower())


def account(fields: Mapping[str, str]) -> dict[str, Any]:
    pairs = (("bind_dn", "adminuser"), ("bind_password", "adminpassword"))
    return {name: fields[key] for name, key in pairs if key in fields}


def active_directory(entry: dict[str, Any], domain: str) -> None:
    """Add what kafka-ui does at an Active Directory: groups are those that the user's entry names."""
    base = ",".join(f"dc={part}" for part in domain.split(".") if part)
    entry |= {"kind": "active-directory", "user_base": base, "nested": False}


def openldap(entry: dict[str, Any], fields: Mapping[str, str]) -> None:
    """Add how users and groups are found. A pattern of DNs becomes a search for its first part."""
    part, _, parent = fields.get("base", "").partition(",")
    base, query = fields.get("userfiltersearchbase", ""), fields.get("userfiltersearchfilter", "")
    if not query and part.endswith("={0}"):
        base, query = parent, f"({part})"
    entry |= of_searches(
        base, query, fields.get("groupfiltersearchbase", ""), fields.get("groupfiltersearchfilter", "")
    )


def of_searches(base: str, query: str, group_base: str, group_query: str) -> dict[str, Any]:
    """Return our fields for two searches in Java's form; groups are only those that the second finds."""
    user_filter = bracketed(query or "(uid={0})").replace("{0}", "{user}")
    group_filter = bracketed(group_query or "(uniqueMember={0})").replace("{0}", "{dn}").replace("{1}", "{user}")
    attribute = NAMED.search(user_filter)
    values = {
        "user_base": base, "user_filter": user_filter, "group_base": group_base, "group_filter": group_filter,
        "username_attribute": attribute[1] if attribute else "uid", "member_of": False,
    }  # fmt: skip
    return {key: value for key, value in values.items() if value != ""}


def bracketed(query: str) -> str:
    return query if query.startswith("(") else f"({query})"


def add_akhqs(result: SignIn, document: Mapping[str, Any], remarks: list[str]) -> None:
    """Add ``micronaut.security.ldap``, a mapping from names to directories."""
    for name, entry in inner(inner(inner(document, "micronaut"), "security"), "ldap").items():
        fields, path = entry if isinstance(entry, Mapping) else {}, f"micronaut.security.ldap.{name}"
        context, search, groups = (inner(fields, key) for key in ("context", "search", "groups"))
        if str(value_of(fields, "enabled")).lower() == "false":
            continue
        urls, base = str(value_of(context, "server") or ""), str(value_of(search, "base") or "")
        if not urls or not base:
            remarks.append(f"{path}: context.server and search.base are needed; nobody can sign in by it")
            continue
        group_base = str(value_of(groups, "base") or "")
        searches = of_searches(
            base, str(value_of(search, "filter") or ""), group_base, str(value_of(groups, "filter") or "")
        )
        own = {"bind_dn": value_of(context, "managerdn"), "bind_password": value_of(context, "managerpassword")}
        directory = {
            "name": "ldap" if name == "default" else f"ldap-{name_for(str(name))}"[:40], "urls": urls, "label": "LDAP",
            "group_attribute": str(value_of(groups, "attribute") or "cn"), "nested": False, **searches,
            **{key: str(value) for key, value in own.items() if value},
        }  # fmt: skip
        result.directories.append(directory)
        result.names["ldap"] = (*result.names.get("ldap", ()), str(directory["name"]))
