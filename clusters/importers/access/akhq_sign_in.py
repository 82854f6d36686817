"""AKHQ's providers, which Micronaut configures, as entries of our sign-in file. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers.access.akhq_headers import headers
from clusters.importers.access.kafka_ui_sign_in import SignIn, add_github, inner, name_for, value_of
from clusters.importers.shapes import relaxed

SECURITY_KEYS = {"enabled", "oauth2", "ldap"}
LDAP, PROXY = "ldap", "proxy"
REDIRECT = "oauth/callback/{client}"  # where AKHQ is registered at the provider


def sign_in(document: Mapping[str, Any], security: Mapping[str, Any], path: str, remarks: list[str]) -> SignIn:
    """Return how a document has people sign in."""
    result, micronaut = SignIn(), inner(document, "micronaut")
    own = inner(micronaut, "security")
    remarks += [f"micronaut.{key}: not used by kafkaadmin" for key in micronaut if relaxed(key) != "security"]
    remarks += [f"micronaut.security.{key}: not used by kafkaadmin" for key in own if relaxed(key) not in SECURITY_KEYS]
    clients = inner(inner(own, "oauth2"), "clients")
    oidc = inner(inner(security, "oidc"), "providers")
    for client, entry in clients.items():
        fields = entry if isinstance(entry, Mapping) else {}
        at = f"micronaut.security.oauth2.clients.{client}"
        if client == "github" and value_of(fields, "clientid"):
            add_github(result, str(client), {relaxed(k): v for k, v in fields.items()}, REDIRECT, str(client))
            continue
        add_client(result, str(client), fields, inner(oidc, relaxed(client)), at, remarks)
    result.proxy = headers(security, path, remarks)
    if result.proxy:
        result.names[PROXY] = (PROXY,)
    return result


def add_client(
    result: SignIn, client: str, fields: Mapping[str, Any], claims: Mapping[str, Any], path: str, remarks: list[str]
) -> None:
    """Add a client as a provider, if it is one of OpenID Connect."""
    issuer = str(value_of(inner(fields, "openid"), "issuer") or "")
    client_id = str(value_of(fields, "clientid") or "")
    if not issuer or not client_id:
        remarks.append(f"{path}: client-id and openid.issuer are needed; nobody can sign in by it")
        return
    if str(value_of(claims, "useoidcclaim")).lower() == "true":
        remarks.append(f"{path}: roles that the provider itself names (use-oidc-claim) are not read")
    scopes = value_of(fields, "scopes")
    values = {
        "name": name_for(client), "label": str(value_of(claims, "label") or client), "issuer": issuer,
        "client_id": client_id, "client_secret": str(value_of(fields, "clientsecret") or ""),
        "scopes": " ".join(map(str, scopes)) if isinstance(scopes, list) else "openid profile email",
        "username_claim": str(value_of(claims, "usernamefield") or "preferred_username"),
        "groups_claim": str(value_of(claims, "groupsfield") or "roles"),
        "redirect_path": REDIRECT.format(client=client),
    }  # fmt: skip
    result.add(client, {key: value for key, value in values.items() if value})
