"""AKHQ's security: each resource and action, its groups and mappings, and what is said of the rest."""

from typing import Any

import pytest
import yaml

from accounts.declared_teams.subjects import Account, leading
from accounts.permissions import ACTIONS as OURS
from accounts.permissions import may
from clusters.importers.access.akhq_security import ACTIONS, teams
from clusters.importers.access.types import Declared

KNOWN = Declared({"prod": "prod", "dev": "dev"}, {"google": ("google",), "ldap": ("ldap",), "proxy": ("proxy",)})
DOCUMENTED = {
    "TOPIC": {"READ": "topics.view", "CREATE": "topics.create", "UPDATE": "topics.partitions",
              "DELETE": "topics.delete", "READ_CONFIG": "", "ALTER_CONFIG": "topics.configure"},
    "TOPIC_DATA": {"READ": "messages.view", "CREATE": "messages.produce", "UPDATE": "", "DELETE": "messages.delete"},
    "CONSUMER_GROUP": {"READ": "groups.view lag.view", "DELETE": "groups.delete", "UPDATE_OFFSET": "groups.reset",
                       "DELETE_OFFSET": ""},
    "CONNECT_CLUSTER": {"READ": ""},
    "CONNECTOR": {"READ": "connect.view", "CREATE": "connect.create", "UPDATE": "connect.configure",
                  "DELETE": "connect.delete", "UPDATE_STATE": "connect.operate"},
    "SCHEMA": {"READ": "schemas.view", "CREATE": "schemas.register", "UPDATE": "schemas.register schemas.configure",
               "DELETE": "schemas.delete", "DELETE_VERSION": ""},
    "NODE": {"READ": "", "READ_CONFIG": "brokers.view", "ALTER_CONFIG": "brokers.configure"},
    "ACL": {"READ": "acls.view"},
    "KSQLDB": {"READ": "", "EXECUTE": ""},
}  # fmt: skip


def read(text: str, declared: Declared = KNOWN) -> tuple[dict[str, Any], list[str]]:
    remarks: list[str] = []
    return {team.name: team for team in teams(yaml.safe_load(text), declared, "akhq.security", remarks)}, remarks


def covered(team: Any, resource: str, cluster: str = "prod") -> set[str]:
    actions = {action for action in OURS if may(team.allowances, action, cluster, resource)}
    return actions - {"clusters.list", "clusters.view"}


@pytest.mark.parametrize(
    ("resource", "action", "grants"),
    [(resource, action, grants) for resource, by_action in DOCUMENTED.items() for action, grants in by_action.items()],
)
def test_each_documented_action_becomes_grants_or_a_remark(resource: str, action: str, grants: str) -> None:
    text = f"""
default-group: no-roles
roles: {{own: [{{resources: [{resource}], actions: [{action}]}}]}}
groups: {{team: [{{role: own, patterns: ["pub.*"], clusters: ["pro.*"]}}]}}
"""
    imported, remarks = read(text)
    assert covered(imported["team"], "public") == set(grants.split())
    assert covered(imported["team"], "public", "dev") == set()
    assert covered(imported["team"], "secret") == (set(grants.split()) if resource == "NODE" else set())
    assert any(f"role own: {resource} {action}: " in remark for remark in remarks) is (not grants)


def test_every_action_is_in_the_table() -> None:
    assert {key: set(value) for key, value in ACTIONS.items()} == {key: set(value) for key, value in DOCUMENTED.items()}


SECURITY = """
default-group: no-roles
groups:
  topic-reader-pub: [{role: reader, patterns: ["pub.*"]}]
ldap:
  groups: [{name: Mathematicians, groups: [topic-reader-pub]}]
  users: [{username: franz, groups: [admin]}]
oidc:
  enabled: true
  providers:
    google: {groups-field: roles, default-group: topic-reader-pub, groups: [{name: ops, groups: [admin, none]}]}
header-auth: {user-header: x-user, users: [{username: root, groups: [admin]}]}
"""


def test_mappings_of_each_provider_lead_to_teams() -> None:
    imported, remarks = read(SECURITY)
    subjects = [subject for team in imported.values() for subject in team.subjects]

    def names(account: Account) -> set[str]:
        leads = leading(subjects, account)
        return {name for name, team in imported.items() if set(leads) & set(team.subjects)} - {"no-roles"}

    assert names(Account("ldap", "carl", ["mathematicians"])) == {"topic-reader-pub"}
    assert names(Account("ldap", "FRANZ", [])) == {"admin"}
    assert names(Account("google", "any", [])) == {"topic-reader-pub"}
    assert names(Account("google", "any", ["OPS"])) == {"topic-reader-pub", "admin"}
    assert names(Account("proxy", "root", [])) == {"admin"}
    assert names(Account("other", "root", ["ops"])) == set()
    assert covered(imported["topic-reader-pub"], "pub-1") >= {"topics.view", "messages.view", "groups.view"}
    assert "topics.delete" in covered(imported["admin"], "pub-1")
    assert not covered(imported["admin"], "x") & {"people.manage", "users.manage", "acls.create", "topics.elect"}
    assert "akhq.security: there is no group none; it grants nothing" in remarks


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("groups: {a: [{role: king}]}", "akhq.security.groups.a[0].role: there is no role king"),
        ("groups: {a: [{role: reader, clusters: [x]}]}", "groups.a[0].clusters[0]: no cluster of this configuration"),
        ("groups: {a: [{role: reader, clusters: ['(?=x)']}]}", "groups.a[0].clusters[0]: the expression is not"),
        ("groups: {a: [{role: acl-reader, patterns: ['[a-z]+']}]}", "groups.a[0].patterns[0]: [a-z]+ cannot be said"),
        ("groups: {a: {roles: [topic/read]}}", "the format before AKHQ 0.25"),
        ("oidc: {providers: {okta: {groups: [{name: x, groups: [a]}]}}}", "oidc.providers.okta: this provider is"),
        ("groups: {}", "default-group: AKHQ's own default, admin for everybody, is not taken over"),
        ("ldap: {groups: [{groups: [admin]}]}", "akhq.security.ldap.groups[0]: it has no name"),
        ("color: red", "akhq.security.color: not used by kafkaadmin"),
    ],
)  # fmt: skip
def test_what_cannot_be_granted_is_said_with_its_path(text: str, words: str) -> None:
    imported, remarks = read(text)
    assert words in " ".join(remarks), remarks
    assert not any(covered(team, "x") for team in imported.values())
