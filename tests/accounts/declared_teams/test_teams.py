"""Teams of the sign-in file: who is in them, what they may do, and what is said of a wrong file."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts.declared_teams.document import TeamError, read_teams
from accounts.declared_teams.sources import declare_teams, examine_teams
from accounts.models import AuditEntry, Grant, Identity, TeamDeclaration
from accounts.single_sign_on.providers import of_file
from accounts.single_sign_on.sign_in_file import read_file
from clusters.models import Cluster
from tests.conftest import signed_in

FILE = """
teams:
  - name: operators
    groups: [kafka-team, {name: ops, provider: okta}, {pattern: "kafka-ops-.*"}]
    grants:
      - {role: operator, clusters: "prod-*"}
      - {actions: [clusters.view, topics.view], clusters: dev, resources: "orders*"}
  - name: administrators
    users: [{name: grace, provider: oidc}]
    grants: [{role: admin}]
  - name: visitors
    everybody_else: true
    grants: [{role: viewer, clusters: dev}]
"""


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    path = tmp_path / "sign-in.yaml"
    path.write_text(FILE)
    settings.SIGN_IN_FILE = str(path)
    return path


def account(name: str, *groups: str) -> Identity:
    user = User.objects.create_user(name)
    return Identity.objects.create(
        user=user, provider="oidc", subject=name, username=name, groups=list(groups), checked_at=timezone.now()
    )


def teams_of(identity: Identity) -> set[str]:
    return set(identity.teams.values_list("name", flat=True))


@pytest.mark.django_db
def test_a_file_says_who_is_in_which_team(file: Path) -> None:
    accounts = [
        account("grace"),
        account("bob", "kafka-ops-night"),
        account("eve", "ops"),
        account("ada", "kafka-team"),
    ]
    assert declare_teams() == []
    assert [teams_of(each) for each in accounts] == [{"administrators"}, {"operators"}, {"visitors"}, {"operators"}]
    assert {str(grant) for grant in Grant.objects.filter(group__name="operators")} == {
        "operator on prod-*/*", "clusters.view, topics.view on dev/orders*",
    }  # fmt: skip
    file.write_text("teams: [{name: visitors, everybody_else: okta, grants: [{role: viewer}]}]")
    assert declare_teams() == []
    assert [teams_of(each) for each in accounts] == [set(), set(), set(), set()]
    assert list(Group.objects.values_list("name", flat=True)) == ["visitors"]


@pytest.mark.django_db
def test_every_change_is_on_record_and_what_is_the_same_is_left_alone(file: Path) -> None:
    declare_teams()
    before = list(Grant.objects.values_list("pk", flat=True))
    assert AuditEntry.objects.filter(username="configuration").count() == 3
    declare_teams()
    assert list(Grant.objects.values_list("pk", flat=True)) == before
    assert AuditEntry.objects.count() == 3
    file.write_text(FILE.replace("role: admin", "role: viewer"))
    declare_teams()
    entry = AuditEntry.objects.first()
    assert entry
    assert entry.steps[0]["before"] == "admin on */*; the user grace at oidc"
    assert entry.steps[0]["after"] == "the user grace at oidc; viewer on */*"


@pytest.mark.django_db
def test_a_team_that_was_made_here_is_never_taken_over(file: Path) -> None:
    Group.objects.create(name="operators")
    (failure,) = declare_teams()
    assert "teams[0]: there is a team operators already that is not managed by configuration" in failure
    assert not Grant.objects.filter(group__name="operators").exists()
    assert TeamDeclaration.objects.count() == 2


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_takes_nothing_away(file: Path) -> None:
    declare_teams()
    for text in ("teams: {", "teams: {a: 1}", "teams: [{name: x, grants: [{role: king}]}]"):
        file.write_text(text)
        assert len(declare_teams()) == 1
        assert TeamDeclaration.objects.count() == 3
    file.write_text("providers: []")
    assert (examine_teams(), TeamDeclaration.objects.count()) == ([], 3)
    assert (declare_teams(), TeamDeclaration.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_a_declared_team_is_shown_as_such_and_not_edited(file: Path, admin: Client) -> None:
    Cluster.objects.create(slug="dev", name="dev", bootstrap_servers="127.0.0.1:1")
    identity = account("bob", "kafka-team")
    declare_teams()
    team = Group.objects.get(name="operators")
    page = admin.get(f"/people/groups/{team.pk}/").content.decode()
    assert "Managed by configuration (sign-in file)" in page
    assert "like kafka-ops-.*" in page
    assert "Delete team" not in page
    assert "managed by configuration" in admin.get("/people/").content.decode()
    grant, company_group = team.grant_set.first(), team.company_groups.first()
    assert grant and company_group
    for path, form in (
        (f"/people/groups/{team.pk}/", {"form": "delete"}), (f"/people/grants/{grant.pk}/withdraw/", {}),
        (f"/people/groups/{team.pk}/", {"form": "group", "name": "x"}),
        (f"/people/groups/{team.pk}/", {"form": "grant", "role": "admin", "clusters": "*", "resources": "*"}),
        (f"/people/groups/{team.pk}/", {"form": "company", "name": "x", "provider": ""}),
        (f"/people/company-groups/{company_group.pk}/remove/", {}),
    ):  # fmt: skip
        assert admin.post(path, form).status_code in {403, 422}, (path, form)
    declare_teams()
    assert AuditEntry.objects.filter(username="configuration").count() == 3
    assert signed_in(identity.user).get("/clusters/dev/topics/").status_code == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]", r"teams\[0\] must be a mapping"), ("[{}]", r"teams\[0\].name must be a text"),
        ("[{name: x, group: [a]}]", "unknown group"), ("[{name: x, groups: a}]", "groups must be a list"),
        ("[{name: x, groups: [{pattern: 'a(?=b)'}]}]", r"groups\[0\].pattern: Invalid expression"),
        ("[{name: x, groups: [{pattern: '('}]}]", "Invalid expression"),
        ("[{name: x, grants: [{}]}]", r"grants\[0\].role must be"),
        ("[{name: x, grants: [{role: custom}]}]", "or there must be actions"),
        ("[{name: x, grants: [{actions: [fly]}]}]", "there is no action fly"),
        ("[{name: x, grants: [{role: viewer, actions: [topics.view]}]}]", "two grants"),
        ("[{name: x}, {name: x}]", "another team is called x"), ("[{name: '" + "x" * 151 + "'}]", "longer than 150"),
        ("[{name: x, grants: [{role: viewer, resource: a}]}]", "unknown resource"),
    ],
)  # fmt: skip
def test_of_a_wrong_team_it_is_said_where_and_why(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "sign-in.yaml").write_text(f"teams: {text}")
    with pytest.raises(AssertionError, match=words):
        assert not read_teams("", read_file(str(tmp_path / "sign-in.yaml"))["teams"]).failures


def test_a_file_of_teams_alone_has_no_providers(file: Path) -> None:
    assert of_file(str(file)) == []
    with pytest.raises(TeamError, match="must be a list"):
        read_teams("", {"name": "x"})
    file.write_text("team: []")
    with pytest.raises(ImproperlyConfigured, match="none of the keys"):
        read_file(str(file))
