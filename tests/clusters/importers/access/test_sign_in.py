"""kafka-ui's and AKHQ's providers, from files and from variables."""

from typing import Any

import pytest
import yaml

from accounts.single_sign_on.ldap.directories import directory_of
from accounts.single_sign_on.providers import provider_of
from clusters.importers.access import akhq_sign_in, kafka_ui_sign_in, ldap
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
    imported, remarks = read(document)
    assert imported.providers == [{
        "name": "keycloak", "label": imported.providers[0]["label"], "issuer": "https://sso.example.com/realms/a",
        "client_id": "kafka-ui", "client_secret": "secret", "scopes": "openid profile", "groups_claim": "groups",
        "username_claim": "preferred_username",
        "redirect_path": f"login/oauth2/code/{imported.providers[0]['label']}",
    }]  # fmt: skip
    assert (imported.names, imported.without_groups, remarks) == ({"oauth": ("keycloak",)}, set(), [])


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
    imported, remarks = read({"auth": {"type": "oauth2", "oauth2": {"client": clients}}, "rbac": {"roles": []}})
    claims = [(each["issuer"], each["username_claim"], each["groups_claim"]) for each in imported.providers]
    assert claims == [
        ("https://accounts.google.com", "email", "hd"), ("https://c.example.com", "sub", "cognito:groups"),
    ]  # fmt: skip
    assert imported.names == {"oauth_google": ("google",), "oauth_cognito": ("cognito",)}
    assert remarks == ["auth.oauth2.client.google.customParams.alloweddomain: not used by kafkaadmin"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"auth": {"type": "DISABLED"}}, "auth.type: kafkaadmin requires a sign-in"),
        ({"auth": {"type": "OAUTH2", "oauth2": {"client": {"x": {"clientId": "y"}}}}}, "clientId and issuerUri are"),
        ({"auth": {"oauth2": {"client": {"x": {}}}}}, "auth.oauth2.client: not used by kafka-ui with auth.type unset"),
        ({"auth": {"type": "OAUTH2"}}, "kafka-ui lets everybody who signs in do everything; here they have no access"),
        ({"spring": {"kafka": {}}}, "spring.kafka: not used by kafkaadmin"),
        ({"spring": {"ldap": {"urls": "x"}}}, "spring.ldap: not used by kafka-ui with auth.type unset"),
        ({"auth": {"type": "OAUTH2"}, "spring": {"security": {"user": {}}}}, "spring.security: not used by kafka-ui"),
        ({"auth": {"color": 1}}, "auth.color: not used by kafkaadmin"),
        ({"auth": {"oauth2": {"resource-server": {}}}}, "auth.oauth2.resource-server: not used by kafkaadmin"),
    ],
)  # fmt: skip
def test_what_is_not_taken_over_is_said_with_its_path(document: Any, words: str) -> None:
    imported, remarks = read(document)
    assert words in " ".join(remarks), remarks
    assert imported.providers == []


def test_akhqs_clients_become_providers() -> None:
    document = yaml.safe_load("""
micronaut:
  server: {port: 80}
  security:
    token: {}
    oauth2:
      clients:
        google: {client-id: a, client-secret: b, openid: {issuer: "https://a.example.com"}}
        github: {client-id: a}
        okta: {client-id: a}
akhq:
  security:
    oidc: {providers: {google: {label: With Google, username-field: email, groups-field: teams}}}
    header-auth: {user-header: x-user}
""")
    remarks: list[str] = []
    imported = akhq_sign_in.sign_in(document, document["akhq"]["security"], "akhq.security", remarks)
    assert imported.providers[1] == {
        "name": "github", "kind": "github", "label": "GitHub", "client_id": "a",
        "redirect_path": "oauth/callback/github",
    }  # fmt: skip
    assert imported.providers[:1] == [{
        "name": "google", "label": "With Google", "issuer": "https://a.example.com", "client_id": "a",
        "client_secret": "b", "scopes": "openid profile email", "username_claim": "email", "groups_claim": "teams",
        "redirect_path": "oauth/callback/google",
    }]  # fmt: skip
    assert imported.names == {"google": ("google",), "github": ("github",), "proxy": ("proxy",)}
    assert remarks[:2] == [
        "micronaut.server: not used by kafkaadmin", "micronaut.security.token: not used by kafkaadmin",
    ]  # fmt: skip
    assert "clients.okta: client-id and openid.issuer are needed" in remarks[2]
    assert imported.proxy == {"user": "x-user", "groups": "", "separator": ",", "addresses": []}
    assert "header-auth.ip-patterns: none" in remarks[3]


def test_kafka_uis_client_of_github_becomes_a_provider() -> None:
    client = {"provider": "github", "clientId": "a", "clientSecret": "b", "customParams": {"type": "github"}}
    own = client | {"authorizationUri": "https://ghe.example.com/login/oauth/authorize"}
    clients = {"github": client, "own": own}
    imported, _ = read({"auth": {"type": "OAUTH2", "oauth2": {"client": clients}}, "rbac": {"roles": []}})
    issuers = [provider_of(entry).issuer for entry in imported.providers]
    assert issuers == ["https://github.com", "https://ghe.example.com"]
    assert imported.names == {"oauth_github": ("github", "own")}


SPRING = """
auth: {type: LDAP}
spring:
  ldap:
    urls: ldap://localhost:10389
    base: "cn={0},ou=people,dc=planetexpress,dc=com"
    admin-user: "cn=admin,dc=planetexpress,dc=com"
    admin-password: "GoodNewsEveryone"
    user-filter-search-base: "dc=planetexpress,dc=com"
    user-filter-search-filter: "(&(uid={0})(objectClass=inetOrgPerson))"
    group-filter-search-base: "ou=people,dc=planetexpress,dc=com"
"""


def directories(document: Any, add: Any = ldap.add_kafka_uis) -> tuple[kafka_ui_sign_in.SignIn, list[str]]:
    remarks: list[str] = []
    result = kafka_ui_sign_in.SignIn()
    add(result, document, remarks)
    return result, remarks


def test_kafka_uis_documented_directory_becomes_one_of_ours() -> None:
    imported, remarks = directories(yaml.safe_load(SPRING))
    directory = directory_of(imported.directories[0])
    assert (directory.user_base, directory.user_filter) == (
        "dc=planetexpress,dc=com", "(&(uid={user})(objectClass=inetOrgPerson))",
    )  # fmt: skip
    assert (directory.group_base, directory.group_filter, directory.username_attribute, directory.member_of) == (
        "ou=people,dc=planetexpress,dc=com", "(uniqueMember={dn})", "uid", False,
    )  # fmt: skip
    assert (directory.bind_dn, directory.bind_password) == ("cn=admin,dc=planetexpress,dc=com", "GoodNewsEveryone")
    assert (imported.names, remarks) == ({"ldap": ("ldap",)}, [])


def test_a_pattern_of_dns_becomes_a_search_and_variables_are_read() -> None:
    variables = {
        "AUTH_TYPE": "LDAP", "SPRING_LDAP_URLS": "ldap://a:389", "SPRING_LDAP_BASE": "cn={0},ou=people,dc=example",
        "SPRING_LDAP_ADMIN_USER": "cn=a", "SPRING_LDAP_GROUP_FILTER_SEARCH_FILTER": "member={0}",
    }  # fmt: skip
    (entry,) = directories(overlaid(None, variables))[0].directories
    assert (entry["user_base"], entry["user_filter"], entry["group_filter"]) == (
        "ou=people,dc=example", "(cn={user})", "(member={dn})",
    )  # fmt: skip
    assert (entry["bind_dn"], entry["username_attribute"]) == ("cn=a", "cn")


@pytest.mark.parametrize(
    "setting",
    [
        {"activeDirectory": True, "activeDirectory.domain": "memelord.lol"},
        {"activeDirectory": {"domain": "memelord.lol"}},
    ],
)
def test_an_active_directory_has_the_groups_that_a_users_entry_names(setting: Any) -> None:
    imported, remarks = directories({"spring": {"ldap": {"urls": "ldaps://ad"}}, "oauth2": {"ldap": setting}})
    directory = directory_of(imported.directories[0])
    assert (directory.kind, directory.user_base, directory.nested) == ("active-directory", "dc=memelord,dc=lol", False)
    assert imported.names == {"ldap_ad": ("ldap",)}
    assert "spring.ldap: an account that may search is needed" in remarks[0]


def test_akhqs_directories_become_ours() -> None:
    document = yaml.safe_load("""
micronaut:
  security:
    ldap:
      default:
        context: {server: "ldap://ldap.forumsys.com:389", managerDn: "cn=reader", managerPassword: password}
        search: {base: "dc=example,dc=com"}
        groups: {enabled: true, base: "ou=groups", filter: "member={0}"}
      off: {enabled: false}
      broken: {context: {}}
""")
    imported, remarks = directories(document, ldap.add_akhqs)
    directory = directory_of(imported.directories[0])
    assert (directory.name, directory.user_filter, directory.group_filter) == ("ldap", "(uid={user})", "(member={dn})")
    assert (directory.bind_dn, directory.nested, imported.names) == ("cn=reader", False, {"ldap": ("ldap",)})
    assert remarks == [
        "micronaut.security.ldap.broken: context.server and search.base are needed; nobody can sign in by it"
    ]
