"""kafka-ui's and AKHQ's providers, from files and from variables."""

from typing import Any

import pytest
import yaml

from clusters.importers.access import akhq_sign_in, kafka_ui_sign_in
from clusters.importers.access.environment import overlaid

KEYCLOAK = {
    "AUTH_TYPE": "OAUTH2",
    "AUTH_OAUTH2_CLIENT_KEYCLOAK_CLIENTID": "kafka-ui",
    "AUTH_OAUTH2_CLIENT_KEYCLOAK_CLIENTSECRET": "secret",
    "AUTH_OAUTH2_CLIENT_KEYCLOAK_ISSUER-URI": "https://sso.example.com/realms/a",
    "AUTH_OAUTH2_CLIENT_KEYCLOAK_USER_NAME_ATTRIBUTE": "preferred_username",
    "AUTH_OAUTH2_CLIENT_KEYCLOAK_SCOPE_0": "profile",
    "AUTH_OAUTH2_CLIENT_KEYCLOAK_CUSTOM-PARAMS_TYPE": "oauth",
    "AUTH_OAUTH2_CLIENT_KEYCLOAK_CUSTOM-PARAMS_ROLES-FIELD": "groups",
    "RBAC_ROLES_0_NAME": "devs",
    "RBAC_ROLES_0_CLUSTERS_0": "local",
}
FILE = """
auth:
  type: OAUTH2
  oauth2:
    client:
      keycloak:
        clientId: kafka-ui
        clientSecret: secret
        issuer-uri: https://sso.example.com/realms/a
        user-name-attribute: preferred_username
        scope: [profile]
        provider: keycloak
        custom-params: {type: oauth, roles-field: groups}
rbac: {roles: [{name: devs, clusters: [local]}]}
"""


def read(document: Any) -> tuple[kafka_ui_sign_in.SignIn, list[str]]:
    remarks: list[str] = []
    return kafka_ui_sign_in.sign_in(document, remarks), remarks


@pytest.mark.parametrize(
    "document", [yaml.safe_load(FILE), overlaid(None, KEYCLOAK), overlaid(yaml.safe_load(FILE), {})]
)
def test_a_client_of_openid_connect_becomes_a_provider(document: Any) -> None:
    found, remarks = read(document)
    assert found.providers == [{
        "name": "keycloak", "label": found.providers[0]["label"], "issuer": "https://sso.example.com/realms/a",
        "client_id": "kafka-ui", "client_secret": "secret", "scopes": "openid profile", "groups_claim": "groups",
        "username_claim": "preferred_username",
        "redirect_path": f"login/oauth2/code/{found.providers[0]['label']}",
    }]  # fmt: skip
    assert (found.names, found.without_groups, remarks) == ({"oauth": ("keycloak",)}, set(), [])


def test_variables_replace_single_values_of_a_file() -> None:
    variables = {
        "AUTH_OAUTH2_CLIENT_KEYCLOAK_CLIENTSECRET": "other", "RBAC_ROLES_0_CLUSTERS_1": "prod",
        "RBAC_ROLES_1_NAME": "ops", "HOME": "/root",
    }  # fmt: skip
    document = overlaid(yaml.safe_load(FILE), variables)
    assert read(document)[0].providers[0]["client_secret"] == "other"
    assert document["rbac"]["roles"] == {0: {"name": "devs", "clusters": {0: "local", 1: "prod"}}, 1: {"name": "ops"}}


def test_google_and_cognito_have_their_own_claims() -> None:
    google = {"provider": "google", "clientId": "g", "customParams": {"type": "google", "allowedDomain": "example.com"}}
    cognito = {"provider": "cognito", "clientId": "c", "issuerUri": "https://c.example.com"}
    clients = {"google": google, "cognito": cognito}
    found, remarks = read({"auth": {"type": "oauth2", "oauth2": {"client": clients}}, "rbac": {"roles": []}})
    claims = [(each["issuer"], each["username_claim"], each["groups_claim"]) for each in found.providers]
    assert claims == [
        ("https://accounts.google.com", "email", "hd"), ("https://c.example.com", "sub", "cognito:groups"),
    ]  # fmt: skip
    assert found.names == {"oauth_google": ("google",), "oauth_cognito": ("cognito",)}
    assert remarks == ["auth.oauth2.client.google.customParams.alloweddomain: not used by kafkaadmin"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"auth": {"type": "DISABLED"}}, "auth.type: kafkaadmin requires a sign-in"),
        ({"auth": {"type": "OAUTH2", "oauth2": {"client": {"x": {"clientId": "y"}}}}}, "clientId and issuerUri are"),
        ({"auth": {"oauth2": {"client": {"x": {}}}}}, "auth.oauth2.client: not used by kafka-ui with auth.type unset"),
        ({"auth": {"type": "OAUTH2"}}, "kafka-ui lets everybody who signs in do everything; here they have no access"),
        ({"auth": {"color": 1}}, "auth.color: not used by kafkaadmin"),
        ({"auth": {"oauth2": {"resource-server": {}}}}, "auth.oauth2.resource-server: not used by kafkaadmin"),
    ],
)  # fmt: skip
def test_what_is_not_taken_over_is_said_with_its_path(document: Any, words: str) -> None:
    found, remarks = read(document)
    assert words in " ".join(remarks), remarks
    assert found.providers == []


def test_akhqs_clients_become_providers() -> None:
    document = yaml.safe_load("""
micronaut:
  security:
    oauth2:
      clients:
        google: {client-id: a, client-secret: b, openid: {issuer: "https://a.example.com"}}
        github: {client-id: a}
akhq:
  security:
    oidc: {providers: {google: {label: With Google, username-field: email, groups-field: teams}}}
    header-auth: {user-header: x-user}
""")
    remarks: list[str] = []
    found = akhq_sign_in.sign_in(document, document["akhq"]["security"], "akhq.security", remarks)
    assert found.providers == [{
        "name": "google", "label": "With Google", "issuer": "https://a.example.com", "client_id": "a",
        "client_secret": "b", "scopes": "openid profile email", "username_claim": "email", "groups_claim": "teams",
        "redirect_path": "oauth/callback/google",
    }]  # fmt: skip
    assert found.names == {"google": ("google",), "proxy": ("proxy",)}
    assert "clients.github: client-id and openid.issuer are needed" in remarks[0]
    assert "set KAFKAADMIN_PROXY_USER_HEADER=x-user" in remarks[1]
