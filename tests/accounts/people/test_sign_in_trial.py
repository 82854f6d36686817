"""An administrator looks somebody up in a real directory: what a sign-in would lead to, or what is wrong."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import Group, User
from django.test import Client

from accounts.models import CompanyGroup, Grant
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.ldap import asking as ldap
from accounts.single_sign_on.ldap import directories
from accounts.single_sign_on.ldap import lookup as ldap_lookup
from accounts.single_sign_on.ldap.directories import Directory, directory_of
from kafkaadmin.cli.local.people import people
from tests.api.conftest import V1, program_of
from tests.kafka.ports import free_ports
from tests.slapd import ADMIN, GROUPS, PASSWORD, PEOPLE, Slapd

FIELDS = {"bind_dn": ADMIN, "bind_password": PASSWORD, "user_base": PEOPLE, "group_base": GROUPS}
PAGE = "/people/sign-in-trial/"


@pytest.fixture
def configured(slapd: Slapd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slapd]:
    for name, value in {**FIELDS, "urls": slapd.url, "label": "Company"}.items():
        monkeypatch.setenv(f"KAFKAADMIN_LDAP_{name.upper()}", value)
    directories.read_directories.cache_clear()
    yield slapd
    directories.read_directories.cache_clear()


def directory(slapd: Slapd, **fields: Any) -> Directory:
    return directory_of({"urls": slapd.url, **FIELDS, "label": "Company", **fields})


@pytest.mark.django_db
def test_the_entry_its_groups_and_what_follows_are_shown(configured: Slapd, unique: Any, admin: Client) -> None:
    name, outer, inner = unique("grace <b>"), unique("outer"), unique("inner")
    dn = configured.add_user(name)
    configured.add_group(outer, [configured.add_group(inner, [dn])])
    team = Group.objects.create(name="operators")
    Grant.objects.create(group=team, role="operator", clusters="dev")
    CompanyGroup.objects.create(team=team, name=outer, provider="ldap")
    assert "Try a sign-in" in admin.get("/people/").content.decode()
    response = admin.post(PAGE, {"form": "directory", "directory": "ldap", "username": name})
    page = response.content.decode()
    assert response.status_code == 200
    for text in ("Would be a new user", outer, inner, "nested", "operator on dev/*", configured.url):
        assert text in page
    assert "<b>" not in page
    result = program_of(User.objects.get(is_superuser=True))(
        "POST", f"{V1}/sign-in-trials/directory", {"directory": "ldap", "username": name}
    ).json()
    assert {group["name"]: group["membership"] for group in result["groups"]} == {inner: "direct", outer: "nested"}
    assert (result["teams"][0]["team"], result["teams"][0]["because_of"]) == ("operators", outer)
    as_served = dn.replace("\\<b\\>", "\\3Cb\\3E")
    assert (result["dn"], result["is_new"], result["refusal"]) == (as_served, True, "")
    output = CliRunner().invoke(people, ["try-sign-in", name])
    assert output.exit_code == 0
    assert f"group\t{outer}\tnested" in output.output
    assert f"team\toperators\tfrom {outer}\toperator on dev/*" in output.output
    assert not User.objects.filter(identities__isnull=False).exists()


@pytest.mark.django_db
def test_who_would_not_be_signed_in_is_told_with_the_reason(configured: Slapd, unique: Any, admin: Client) -> None:
    name = unique("grace")
    dn = configured.add_user(name)
    Client().post("/login/", {"username": name, "password": PASSWORD})
    User.objects.filter(username=name).update(is_active=False)
    sent = {"form": "directory", "directory": "ldap", "username": name}
    assert "has deactivated your account" in admin.post(PAGE, sent).content.decode()
    configured.change(dn, "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z")
    assert "is locked, disabled or expired at Company" in admin.post(PAGE, sent).content.decode()
    missing = admin.post(PAGE, sent | {"username": "nobody-there"})
    assert missing.status_code == 422
    assert "Company has no user nobody-there." in missing.content.decode()
    assert CliRunner().invoke(people, ["try-sign-in", name]).exit_code == 1


@pytest.mark.django_db
def test_who_may_not_manage_users_looks_nobody_up(configured: Slapd, viewer: Client) -> None:
    assert viewer.post(PAGE, {"form": "directory", "directory": "ldap", "username": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"bind_password": "wrong"}, "Company does not accept kafkaadmin's own account."),
        ({"urls": "{tls_url}"}, "its certificate is not trusted (self-signed certificate)"),
        ({"urls": "{tls_url_by_name}", "ca_file": "{ca}"}, "its certificate is for another host name"),
        ({"urls": "{url_as_tls}"}, "no TLS on this port"),
        ({"urls": "{tls_url_as_plain}"}, "a port with TLS needs ldaps://"),
        ({"urls": "ldap://127.0.0.1:{closed}"}, "connection refused"),
        ({"urls": "ldap://no.such.host.invalid"}, "its host name is not known"),
        ({"user_base": f"ou=none,{PEOPLE}"}, f"Company has no entry ou=none,{PEOPLE}."),
        ({"user_base": "nonsense"}, "refuses to answer"),
        ({"user_filter": "(|(uid={user})(description=several))"}, "Several users of Company have this name."),
        ({"username_attribute": "employeeNumber", "id_attribute": "nothing"}, ""),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    slapd: Slapd, unique: Any, tmp_path: Any, fields: dict[str, str], words: str
) -> None:
    name = unique("grace")
    for each in (name, unique("other")):
        slapd.add_user(each, description="several")
    (tmp_path / "ca.pem").write_text(slapd.ca_pem)
    places = {
        "tls_url": slapd.tls_url, "tls_url_by_name": slapd.tls_url.replace("127.0.0.1", "localhost"),
        "url_as_tls": slapd.url.replace("ldap:", "ldaps:"), "tls_url_as_plain": slapd.tls_url.replace("ldaps", "ldap"),
        "closed": free_ports(1)[0], "ca": tmp_path / "ca.pem", "user": "{user}",
    }  # fmt: skip
    configured = directory(slapd, **{key: value.format(**places) for key, value in fields.items()})
    if not words:
        assert ldap_lookup.look_up(configured, name).person.subject.startswith("dn:")
        return
    with pytest.raises(SignInRefused) as failure:
        ldap_lookup.look_up(configured, name)
    assert words in failure.value.sentence


def test_a_base_of_groups_that_is_not_there_is_remarked(slapd: Slapd, unique: Any) -> None:
    name = unique("grace")
    slapd.add_user(name)
    entry = ldap_lookup.look_up(directory(slapd, group_base="ou=none,dc=example,dc=com"), name)
    assert (entry.memberships, "ou=none" in entry.remark) == ((), True)


def test_servers_that_say_nothing_are_given_up_together(slapd: Slapd) -> None:
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        urls = [f"ldaps://127.0.0.1:{server.getsockname()[1]}" for server in (first, second)]
        with pytest.raises(SignInRefused, match="did not answer within"):
            ldap_lookup.look_up(directory(slapd, urls=urls), "grace", seconds=0.2)
    ldap._away.clear()


def test_what_does_not_speak_ldap_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def answer() -> None:
            connection, _ = server.accept()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        url = f"ldap://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(SignInRefused, match="cannot be reached"):
            ldap_lookup.look_up(directory_of({"urls": url, **FIELDS}), "grace")
