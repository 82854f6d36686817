"""kafka-ui's roles: every documented action, subject and provider, and that nobody gets more than they had."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.declared_teams.document import DeclaredSubject
from accounts.declared_teams.subjects import Account, leading
from accounts.permissions import ACTIONS, may
from clusters.importers.access.kafka_ui_roles import DEFAULT_TEAM, RESOURCES, SUBJECTS, UNNAMED, teams
from clusters.importers.access.types import Declared

KNOWN = Declared({"Local": "local", "prod": "prod"}, {kind: (kind.replace("_", "-"),) for kind in SUBJECTS})
# Each documented action, the grants that follow on the resource “orders”, and whether something of it is not granted.
DOCUMENTED = [
    ("applicationconfig", "view", "", True), ("applicationconfig", "edit", "", True),
    ("clusterconfig", "view", "brokers.view metrics.view", False),
    ("clusterconfig", "edit", "brokers.view metrics.view brokers.configure", False),
    ("topic", "view", "topics.view", False), ("topic", "create", "topics.view topics.create", False),
    ("topic", "edit", "topics.view topics.configure topics.partitions", False),
    ("topic", "delete", "topics.view topics.delete", False),
    ("topic", "messages_read", "topics.view messages.view", False),
    ("topic", "messages_produce", "topics.view messages.produce", False),
    ("topic", "messages_delete", "topics.view messages.delete", False),
    ("topic", "analysis_view", "topics.view", True), ("topic", "analysis_run", "topics.view", True),
    ("consumer", "view", "groups.view lag.view", False),
    ("consumer", "delete", "groups.view lag.view groups.delete", False),
    ("consumer", "reset_offsets", "groups.view lag.view groups.reset", False),
    ("schema", "view", "schemas.view", False), ("schema", "create", "schemas.view schemas.register", False),
    ("schema", "delete", "schemas.view schemas.delete", False),
    ("schema", "edit", "schemas.view schemas.configure", False), ("schema", "modify_global_compatibility", "", True),
    *((resource, action, f"connect.view {grants}", False)
      for resource in ("connect", "connector")
      for action, grants in (
        ("view", ""), ("edit", "connect.configure"), ("create", "connect.create"), ("operate", "connect.operate"),
        ("delete", "connect.delete"), ("reset_offsets", "connect.offsets"),
      )),
    ("connect", "restart", "connect.view connect.operate", False),
    ("ksql", "execute", "", True), ("acl", "view", "acls.view", False),
    ("acl", "edit", "acls.view acls.create acls.delete", False), ("audit", "view", "audit.view", False),
    ("client_quotas", "view", "quotas.view", False), ("client_quotas", "edit", "quotas.view quotas.manage", False),
]  # fmt: skip


def role(permissions: list[Any], **fields: Any) -> dict[str, Any]:
    subject = {"provider": "oauth", "type": "role", "value": "devs"}
    return {"name": "team", "clusters": ["local"], "subjects": [subject], "permissions": permissions, **fields}


def read(*roles: Any, default: Any = None, declared: Declared = KNOWN) -> tuple[dict[str, Any], list[str]]:
    remarks: list[str] = []
    rbac = {"roles": list(roles)} | ({"default-role": default} if default else {})
    return {team.name: team for team in teams(rbac, declared, remarks)}, remarks


def covered(allowances: Any, resource: str, cluster: str = "local") -> set[str]:
    """Return what may be done with a resource, without what every role for a cluster has."""
    actions = {action for action in ACTIONS if may(allowances, action, cluster, resource)}
    return actions - {"clusters.list", "clusters.view"}


@pytest.mark.parametrize(("resource", "action", "grants", "is_remarked"), DOCUMENTED)
def test_each_documented_action_becomes_grants_or_a_remark(
    resource: str, action: str, grants: str, is_remarked: bool
) -> None:
    permission: dict[str, Any] = {"resource": resource.upper(), "actions": [action.upper()]}
    if resource not in UNNAMED:
        permission["value"] = {"connect": ".*", "connector": ".*/orders.*"}.get(resource, "orders.*")
    imported, remarks = read(role([permission]))
    assert covered(imported["team"].allowances, "orders-1") == set(grants.split())
    assert covered(imported["team"].allowances, "orders-1", "prod") == set()
    assert bool(remarks) is is_remarked
    assert all(remark.startswith("rbac.roles[0].permissions[0]") for remark in remarks)


def test_every_action_is_in_the_table() -> None:
    assert {(resource, action) for resource, actions in RESOURCES.items() for action in actions} == {
        (resource, action) for resource, action, _, _ in DOCUMENTED
    }


def test_all_is_every_action_and_nothing_that_kafka_ui_does_not_know() -> None:
    permissions: list[Any] = [{"resource": resource, "actions": "all"} for resource in UNNAMED]
    permissions += [{"resource": name, "value": ".*", "actions": ["ALL"]} for name in RESOURCES if name not in UNNAMED]
    imported, _ = read(role(permissions))
    assert covered(imported["team"].allowances, "x") == {
        action for _, _, grants, _ in DOCUMENTED for action in grants.split()
    }
    assert not may(imported["team"].allowances, "messages.unmask", "local", "x")


@pytest.mark.parametrize(
    ("resource", "value", "names", "others"),
    [
        ("connect", ".*", ["orders", "a/b"], []),
        ("connect", "local.*", [], ["local", "orders"]),
        ("connector", ".*", ["orders"], []),
        ("connector", ".*/orders-.*", ["orders-1", "x/orders-1"], ["orders", "payments"]),
        ("connector", ".*-sink", ["orders-sink"], ["orders"]),
        ("connector", "local/orders", [], ["orders", "local/orders"]),
    ],
)
def test_connectors_are_granted_where_their_connect_cluster_does_not_matter(
    resource: str, value: str, names: list[str], others: list[str]
) -> None:
    imported, remarks = read(role([{"resource": resource, "value": value, "actions": ["operate"]}]))
    for name in names:
        assert covered(imported["team"].allowances, name) == {"connect.view", "connect.operate"}
    for name in others:
        assert covered(imported["team"].allowances, name) == set()
    assert bool(remarks) is not bool(names)


def test_the_level_of_all_subjects_needs_its_own_permission() -> None:
    edit = {"resource": "schema", "value": ".*", "actions": ["edit"]}
    everything = {"resource": "schema", "actions": ["modify_global_compatibility"]}
    alone, both = (read(role(each))[0]["team"].allowances for each in ([edit], [edit, everything]))
    assert may(alone, "schemas.configure", "local", "orders-value")
    assert not may(alone, "schemas.configure", "local", "*")
    assert may(both, "schemas.configure", "local", "*")


@pytest.mark.parametrize(
    ("provider", "kind", "value", "account", "is_in"),
    [
        ("oauth", "user", "Grace", Account("oauth", "grace", []), True),
        ("oauth", "role", "Devs", Account("oauth", "x", ["devs"]), True),
        ("oauth", "role", "devs", Account("ldap", "x", ["devs"]), False),
        ("oauth_google", "user", "g@example.com", Account("oauth-google", "g@example.com", []), True),
        ("oauth_google", "domain", "example.com", Account("oauth-google", "x", ["example.com"]), True),
        ("oauth_github", "user", "grace", Account("oauth-github", "grace", []), True),
        ("oauth_github", "organization", "acme", Account("oauth-github", "x", ["acme"]), True),
        ("oauth_github", "team", "acme/kafka", Account("oauth-github", "x", ["acme", "acme/kafka"]), True),
        ("oauth_cognito", "user", "grace", Account("oauth-cognito", "grace", []), True),
        ("oauth_cognito", "group", "devs", Account("oauth-cognito", "x", ["devs"]), True),
        ("ldap", "user", "grace", Account("ldap", "grace", []), True),
        ("ldap", "group", "devs", Account("ldap", "x", ["devs"]), True),
        ("ldap_ad", "user", "grace", Account("ldap-ad", "grace", []), True),
        ("ldap_ad", "group", "devs", Account("ldap-ad", "x", ["devs"]), True),
    ],
)  # fmt: skip
def test_each_documented_subject_leads_to_the_team(
    provider: str, kind: str, value: str, account: Account, is_in: bool
) -> None:
    imported, remarks = read(role([], subjects=[{"provider": provider, "type": kind, "value": value}]))
    assert bool(leading(imported["team"].subjects, account)) is is_in
    assert remarks == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (role([], subjects=[{"provider": "oauth", "type": "group", "value": "x"}]), r"subjects\[0\]: oauth has no"),
        (role([], subjects=[{"provider": "saml", "type": "user", "value": "x"}]), r"subjects\[0\]"),
        (role([], subjects=[{"provider": "oauth", "type": "user", "value": "(?=x)", "regex": True}]), "not supported"),
        (role([], subjects=[{"provider": "oauth", "type": "user", "value": "[a&&b]", "regex": True}]), "not supported"),
        (role([], subjects=[{"provider": "oauth", "type": "user", "value": "[a[b]]", "regex": True}]), "not supported"),
        (role([{"resource": "topic", "value": "(?i)x", "actions": ["view"]}]), r"permissions\[0\].value: .* not"),
        (role([{"resource": "topic", "actions": ["view"]}]), "without a value, topic covers nothing"),
        (role([{"resource": "acl", "value": "x", "actions": ["view"]}]), "with a value, acl covers nothing"),
        (role([{"resource": "fridge", "actions": ["open"]}]), "fridge is unknown"),
        (role([{"resource": "topic", "value": "x", "actions": ["fly"]}]), "topic has no action fly"),
        (role([{"resource": "topic", "value": "x"}]), "no action"), (role([], clusters=["dev"]), r"clusters\[0\]"),
        (role([], name=""), "needs a name"), ("text", "not a mapping"), (role([], owner="x"), r"roles\[0\].owner"),
    ],
)  # fmt: skip
def test_what_cannot_be_granted_is_said_with_its_path(entry: Any, words: str) -> None:
    imported, remarks = read(entry)
    assert re.search(words, " ".join(remarks)), remarks
    assert not any(covered(team.allowances, "x") for team in imported.values())


def test_a_regular_expression_means_whole_names_in_their_case() -> None:
    (subject,) = read(role([], subjects=[
        {"provider": "oauth", "type": "role", "value": "dev-(a|b)", "regex": True}
    ]))[0]["team"].subjects  # fmt: skip
    inside = [bool(leading([subject], Account("oauth", "", [group]))) for group in ("dev-a", "dev-ab", "DEV-A")]
    assert inside == [True, False, False]


def test_the_default_role_is_for_whoever_has_no_other() -> None:
    permission = {"resource": "topic", "value": "public.*", "actions": ["view"]}
    imported, remarks = read(role([]), default={"permissions": [permission]})
    subjects = [*imported["team"].subjects, *imported[DEFAULT_TEAM].subjects]
    assert leading(subjects, Account("oauth", "x", ["devs"])) == list(imported["team"].subjects)
    assert leading(subjects, Account("oauth", "x", []))[0].kind == "everybody-else"
    assert leading(subjects, Account("other", "x", [])) == []
    assert covered(imported[DEFAULT_TEAM].allowances, "public-1", "prod") == {"topics.view"}
    assert "rbac.default-role: only for users without any other role" in remarks[0]


def test_roles_of_one_name_are_one_team_and_variables_write_lists_as_mappings() -> None:
    permission = {"resource": "topic", "value": "a", "actions": "view,edit"}
    other = {"resource": "topic", "value": "b", "actions": {0: "view"}}
    imported, _ = read(role([permission]), role([other], clusters={0: "prod"}, subjects=[]))
    assert covered(imported["team"].allowances, "a") == {"topics.view", "topics.configure", "topics.partitions"}
    assert covered(imported["team"].allowances, "b", "prod") == {"topics.view"}
    assert covered(imported["team"].allowances, "b") == set()


def test_a_provider_without_a_field_of_roles_gives_nobody_a_role() -> None:
    declared = Declared(KNOWN.slugs, {"oauth": ("sso",)}, frozenset({"sso"}))
    imported, remarks = read(role([]), declared=declared)
    assert imported["team"].subjects == ()
    assert remarks == ["rbac.roles[0].subjects[0]: sso has no roles-field; nobody gets the role by it"]
    user = {"provider": "oauth", "type": "user", "value": "x"}
    assert read(role([], subjects=[user]), declared=declared)[0]["team"].subjects == (
        DeclaredSubject("user", "x", "sso", "any-case"),
    )


def had(permissions: list[Mapping[str, Any]], resource: str, name: str | None, action: str) -> bool:
    """Tell whether kafka-ui would have allowed an action, by its own rules."""
    for permission in permissions:
        value = permission.get("value")
        fits = (value is None) if name is None else (value is not None and re.fullmatch(value, name, re.ASCII))
        actions = permission["actions"]
        implied = action == "view" and set(actions) - {"modify_global_compatibility", "execute"}
        if permission["resource"] == resource and fits and (action in actions or "all" in actions or implied):
            return True
    return False


def had_connector(permissions: list[Mapping[str, Any]], connect: str, name: str, action: str) -> bool:
    operated = action == "operate" and had(permissions, "connect", connect, "restart")  # an older word for it
    by_connect = operated or had(permissions, "connect", connect, action)
    return by_connect or had(permissions, "connector", f"{connect}/{name}", action)


ORIGIN = {
    "topics.view": ("topic", "view"), "topics.create": ("topic", "create"), "topics.configure": ("topic", "edit"),
    "topics.partitions": ("topic", "edit"), "topics.delete": ("topic", "delete"),
    "messages.view": ("topic", "messages_read"), "messages.produce": ("topic", "messages_produce"),
    "messages.delete": ("topic", "messages_delete"), "groups.view": ("consumer", "view"),
    "lag.view": ("consumer", "view"), "groups.delete": ("consumer", "delete"),
    "groups.reset": ("consumer", "reset_offsets"), "schemas.view": ("schema", "view"),
    "schemas.register": ("schema", "create"), "schemas.configure": ("schema", "edit"),
    "schemas.delete": ("schema", "delete"), "brokers.view": ("clusterconfig", "view"),
    "metrics.view": ("clusterconfig", "view"), "brokers.configure": ("clusterconfig", "edit"),
    "acls.view": ("acl", "view"), "acls.create": ("acl", "edit"), "acls.delete": ("acl", "edit"),
    "quotas.view": ("client_quotas", "view"), "quotas.manage": ("client_quotas", "edit"),
    "audit.view": ("audit", "view"), "connect.view": ("connector", "view"), "connect.configure": ("connector", "edit"),
    "connect.create": ("connector", "create"), "connect.operate": ("connector", "operate"),
    "connect.delete": ("connector", "delete"), "connect.offsets": ("connector", "reset_offsets"),
}  # fmt: skip
CONNECT_CLUSTERS = ("a", "b-1", "other")
VALUES = [".*", "a", "a.*", "(a|b)-.+", "[ab]", "b$", "^a.*", "a.b", "x|y.*", ".*/a.*", "a/.*", ".*b"]
PERMISSIONS = st.lists(st.sampled_from([(r, a) for r, a, _, _ in DOCUMENTED] + [(r, "all") for r in RESOURCES]).flatmap(
    lambda pair: st.fixed_dictionaries(
        {"resource": st.just(pair[0]), "actions": st.just([pair[1]])},
        optional={"value": st.sampled_from(VALUES)},
    )
), max_size=4)  # fmt: skip


@given(PERMISSIONS, st.sampled_from(["a", "b", "ab", "a-1", "b-", "axb", "x", "yz", "A", "a.b"]))
def test_nobody_gets_more_than_they_had(permissions: list[Mapping[str, Any]], name: str) -> None:
    allowances = read(role(permissions))[0]["team"].allowances
    for action in covered(allowances, name):
        resource, origin = ORIGIN[action]
        if resource == "connector":
            assert all(had_connector(permissions, connect, name, origin) for connect in CONNECT_CLUSTERS), action
            continue
        assert had(permissions, resource, None if resource in UNNAMED else name, origin), action
    if may(allowances, "schemas.configure", "local", "*"):
        assert had(permissions, "schema", None, "modify_global_compatibility")
