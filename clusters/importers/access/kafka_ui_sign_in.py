"""kafka-ui's ``auth``: its providers as entries of our sign-in file, other lines as remarks with their paths. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clusters.importers.access.kafka_ui_roles import indexed
from clusters.importers.shapes import relaxed

NO_LETTERS = re.compile(r"[^a-z0-9]+")
REDIRECT = "login/oauth2/code/{client}"  # where kafka-ui is registered at the provider
GOOGLE = "https://accounts.google.com"
KINDS = {"google": "oauth_google", "github": "oauth_github", "cognito": "oauth_cognito", "oauth": "oauth"}
GROUPS = {"oauth_google": "hd", "oauth_cognito": "cognito:groups"}
CLIENT_KEYS = {
    "provider", "clientid", "clientsecret", "clientname", "scope", "issueruri", "usernameattribute", "customparams",
    "redirecturi", "authorizationgranttype",
}  # fmt: skip
SPRING_KEYS = {"ldap", "security", "config", "profiles"}  # what is read here, and how Spring reads the file
OPEN = "auth.type: kafkaadmin requires a sign-in. KAFKAADMIN_ANONYMOUS_ROLE gives everybody a role without one"
NO_ROLES = (
    "rbac: without roles, kafka-ui lets everybody who signs in do everything; here they have no access until a team "
    "of theirs has a role"
)


@dataclass
class SignIn:
    """How people sign in: entries of our sign-in file, names by kafka-ui's kinds, and which of these name no groups."""

    providers: list[dict[str, str]] = field(default_factory=list)
    directories: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    without_groups: set[str] = field(default_factory=set)
    proxy: dict[str, Any] = field(default_factory=dict)  # headers, and the addresses that may send them

    def add(self, kind: str, entry: dict[str, str]) -> None:
        self.providers.append(entry)
        self.names[kind] = (*self.names.get(kind, ()), entry["name"])


def sign_in(document: Mapping[str, Any], remarks: list[str]) -> SignIn:
    """Return how a document has people sign in."""
    result, auth = SignIn(), inner(document, "auth")
    kind = str(value_of(auth, "type") or "").upper()
    remarks += [f"auth.{key}: not used by kafkaadmin" for key in auth if relaxed(key) not in {"type", "oauth2"}]
    oauth2 = inner(auth, "oauth2")
    remarks += [f"auth.oauth2.{key}: not used by kafkaadmin" for key in oauth2 if relaxed(key) != "client"]
    clients = inner(oauth2, "client")
    if kind == "DISABLED":
        remarks.append(OPEN)
    elif kind == "OAUTH2":
        for client, entry in clients.items():
            add_client(result, str(client), entry, f"auth.oauth2.client.{client}", remarks)
    elif clients:
        remarks.append(f"auth.oauth2.client: not used by kafka-ui with auth.type {kind or 'unset'}, nor here")
    spring = inner(document, "spring")
    remarks += [f"spring.{key}: not used by kafkaadmin" for key in spring if relaxed(key) not in SPRING_KEYS]
    unused = ["ldap"] * (kind != "LDAP") + ["security"] * (kind != "LOGIN_FORM")
    remarks += [
        f"spring.{key}: not used by kafka-ui with auth.type {kind or 'unset'}, nor here"
        for key in unused
        if inner(spring, key)
    ]
    if kind in {"OAUTH2", "LDAP"} and not inner(document, "rbac"):
        remarks.append(NO_ROLES)
    return result


def add_client(result: SignIn, client: str, entry: object, path: str, remarks: list[str]) -> None:
    """Add a client of OAuth as a provider, if it is one of OpenID Connect."""
    fields = {relaxed(key): value for key, value in entry.items()} if isinstance(entry, Mapping) else {}
    custom = {relaxed(key): str(value) for key, value in inner(fields, "customparams").items()}
    kind = KINDS.get(custom.get("type", "").lower()) or KINDS.get(str(fields.get("provider") or "").lower(), "")
    if kind == "oauth_github" and fields.get("clientid"):
        add_github(result, client, fields, REDIRECT)
        return
    issuer = str(fields.get("issueruri") or (GOOGLE if kind == "oauth_google" else ""))
    if not issuer or not fields.get("clientid"):
        remarks.append(f"{path}: clientId and issuerUri are needed; nobody can sign in by it")
        return
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in fields if key not in CLIENT_KEYS]
    remarks += [f"{path}.customParams.{key}: not used by kafkaadmin" for key in custom.keys() - {"type", "rolesfield"}]
    scopes = [str(scope) for _, scope in indexed(fields.get("scope"))] or str(fields.get("scope") or "").split(",")
    values = {
        "name": name_for(client), "label": str(fields.get("clientname") or client), "issuer": issuer,
        "client_id": str(fields["clientid"]), "client_secret": str(fields.get("clientsecret") or ""),
        "scopes": " ".join(dict.fromkeys(["openid", *filter(None, map(str.strip, scopes))])),
        "username_claim": "email" if kind == "oauth_google" else str(fields.get("usernameattribute") or "sub"),
        "groups_claim": custom.get("rolesfield") or GROUPS.get(kind, ""),
        "redirect_path": REDIRECT.format(client=client),
    }  # fmt: skip
    if not values["groups_claim"]:
        result.without_groups.add(values["name"])
    result.add(kind or client, {key: value for key, value in values.items() if value})


def add_github(
    result: SignIn, client: str, fields: Mapping[str, Any], redirect: str, kind: str = "oauth_github"
) -> None:
    """Add a client of GitHub's; an enterprise's own server is where people are sent to."""
    page = str(fields.get("authorizationuri") or "")
    values = {
        "name": name_for(client), "kind": "github", "label": str(fields.get("clientname") or "GitHub"),
        "issuer": page.partition("/login/oauth/")[0], "client_id": str(fields["clientid"]),
        "client_secret": str(fields.get("clientsecret") or ""), "redirect_path": redirect.format(client=client),
    }  # fmt: skip
    result.add(kind, {key: value for key, value in values.items() if value})


def name_for(client: str) -> str:
    """Return a provider's name, as part of an address, for a client's id."""
    return NO_LETTERS.sub("-", client.lower()).strip("-")[:40] or "oauth"


def inner(values: Mapping[Any, Any], key: str) -> Mapping[Any, Any]:
    value = value_of(values, key)
    return value if isinstance(value, Mapping) else {}


def value_of(values: Mapping[Any, Any], key: str) -> Any:
    return next((value for name, value in values.items() if relaxed(name) == key), None)
