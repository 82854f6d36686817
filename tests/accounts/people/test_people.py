import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError
from django.test import Client

from accounts.models import AuditEntry, Grant
from accounts.people.forms import GrantForm
from accounts.permissions import Allowance
from clusters.models import Cluster
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-passphrase"


def added(admin: Client, name: str = "pat") -> User:
    """Add somebody by the form."""
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    assert admin.post("/people/new/", form).status_code == 302
    return User.objects.get(username=name)


def test_somebody_added_and_granted_a_role_sees_just_that(admin: Client) -> None:
    for slug in ("prod-1", "dev-1"):
        Cluster.objects.create(slug=slug, name=slug, bootstrap_servers="127.0.0.1:1")
    pat = added(admin)
    form = {"form": "grant", "role": "viewer", "clusters": "prod-*", "resources": "*"}
    assert admin.post(f"/people/{pat.pk}/", form).status_code == 302
    client = Client()
    assert client.post("/login/", {"username": "pat", "password": PASSWORD}).status_code == 302
    home = client.get("/").content.decode()
    assert "prod-1" in home
    assert "dev-1" not in home
    assert client.get("/people/").status_code == 403


def test_a_grant_to_a_group_is_a_grant_to_its_members(admin: Client) -> None:
    Cluster.objects.create(slug="prod-1", name="prod-1", bootstrap_servers="127.0.0.1:1")
    pat = added(admin)
    assert admin.post("/people/groups/new/", {"name": "team", "members": [pat.pk]}).status_code == 302
    group = Group.objects.get(name="team")
    form = {"form": "grant", "role": "viewer", "clusters": "*", "resources": "*"}
    assert admin.post(f"/people/groups/{group.pk}/", form).status_code == 302
    assert signed_in(pat).get("/clusters/prod-1/topics/").status_code == 200
    grant = Grant.objects.get()
    assert admin.post(f"/people/grants/{grant.pk}/withdraw/").status_code == 302
    assert signed_in(pat).get("/clusters/prod-1/topics/").status_code == 404


def test_a_custom_grant_covers_its_actions_and_no_others(admin: Client) -> None:
    Cluster.objects.create(slug="prod-1", name="prod-1", bootstrap_servers="127.0.0.1:1")
    pat = added(admin)
    nothing = admin.post(f"/people/{pat.pk}/", {"form": "grant", "role": "custom", "clusters": "*", "resources": "*"})
    assert nothing.status_code == 422
    assert "Choose at least one action" in nothing.content.decode()
    form = {"form": "grant", "role": "custom", "clusters": "*", "resources": "*"}
    form |= {"actions": ["clusters.view", "topics.view"]}  # type: ignore[dict-item]
    assert admin.post(f"/people/{pat.pk}/", form).status_code == 302
    client = signed_in(pat)
    assert client.get("/clusters/prod-1/topics/").status_code == 200
    refused = client.get("/clusters/prod-1/groups/")
    assert refused.status_code == 403
    assert "have access to prod-1 (needs groups.view)." in refused.content.decode()


def test_equal_grants_are_one(admin: Client) -> None:
    pat = added(admin)
    form = {"role": "custom", "clusters": "*", "resources": "*", "actions": ["topics.view", "groups.view"]}
    assert admin.post(f"/people/{pat.pk}/", {"form": "grant", **form}).status_code == 302
    again = admin.post(f"/people/{pat.pk}/", {"form": "grant", **form, "actions": ["groups.view", "topics.view"]})
    assert again.status_code == 422
    assert "pat already has this role." in again.content.decode()
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("owner", ["user", "group"])
def test_equal_grants_at_once_are_one(owner: str) -> None:
    subject = User.objects.create_user("pat") if owner == "user" else Group.objects.create(name="team")
    data = {"role": "viewer", "clusters": "*", "resources": "*"}
    forms = [GrantForm(data, instance=Grant(**{owner: subject}), own=[Allowance("admin")]) for _ in range(3)]
    assert all(form.is_valid() for form in forms)
    assert len({form.save().pk for form in forms}) == 1
    with pytest.raises(IntegrityError):
        Grant.objects.create(**{owner: subject}, role="viewer")


def test_whoever_may_no_longer_sign_in_is_out_at_once(admin: Client) -> None:
    pat = added(admin)
    client = signed_in(pat)
    assert client.get("/").status_code == 200
    assert admin.post(f"/people/{pat.pk}/", {"form": "person"}).status_code == 302
    assert client.get("/").status_code == 302
    again = Client().post("/login/", {"username": "pat", "password": PASSWORD})
    assert "Wrong user name or password" in again.content.decode()


def test_the_last_one_who_may_do_everything_stays(admin: Client) -> None:
    ada = User.objects.get(username="ada")
    response = admin.post(f"/people/{ada.pk}/", {"form": "person", "is_active": "on"})
    assert response.status_code == 422
    assert "This is the last superuser" in response.content.decode()
    ada.refresh_from_db()
    assert ada.is_superuser


def test_people_change_their_own_password_and_weak_ones_are_refused(admin: Client) -> None:
    pat = added(admin)
    client = signed_in(pat)
    weak = {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"}
    assert "too short" in client.post("/people/password/", weak).content.decode()
    new = {"old_password": PASSWORD, "new_password1": "another-long-phrase", "new_password2": "another-long-phrase"}
    assert client.post("/people/password/", new).status_code == 302
    pat.refresh_from_db()
    assert pat.check_password("another-long-phrase")


def test_passwords_are_guessed_slowly(admin: Client) -> None:
    added(admin)
    stranger = Client()
    for _ in range(10):
        response = stranger.post("/login/", {"username": "pat", "password": "wrong"})
    assert response.status_code == 429
    assert "locked" in response.content.decode()
    assert stranger.post("/login/", {"username": "pat", "password": PASSWORD}).status_code == 429
    assert AuditEntry.objects.filter(action="sign-in", outcome="refused", username="pat").count() >= 10


def test_no_password_is_in_the_audit_log(admin: Client) -> None:
    pat = added(admin)
    form = {"form": "password", "new_password1": PASSWORD + "2", "new_password2": PASSWORD + "2"}
    assert admin.post(f"/people/{pat.pk}/", form).status_code == 302
    pat.refresh_from_db()
    assert pat.check_password(PASSWORD + "2")
    text = str(list(AuditEntry.objects.values()))
    assert "pat" in text
    assert PASSWORD not in text


@pytest.mark.parametrize("path", ["/people/", "/people/new/", "/people/1/", "/people/groups/new/", "/audit/"])
def test_a_viewer_manages_nobody(viewer: Client, path: str) -> None:
    assert viewer.get(path).status_code == 403
    assert viewer.post(path, {}).status_code == 403
