"""Signing in at a real directory: passwords, groups within groups, names meant to break out, and how access ends."""

import socket
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from ldap3 import NONE, Server
from ldap3.core.exceptions import LDAPOperationResult

from accounts.models import AuditEntry, CompanyGroup, Grant, Identity
from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.ldap import asking as ldap
from accounts.single_sign_on.ldap import directories
from accounts.single_sign_on.ldap.directories import Directory, directory_of
from clusters.models import Cluster
from tests.api.conftest import program_of
from tests.conftest import signed_in as signed_in_as
from tests.kafka.ports import free_ports
from tests.slapd import ADMIN, GROUPS, PASSWORD, PEOPLE, SUFFIX, Slapd, line

FIELDS = {"bind_dn": ADMIN, "bind_password": PASSWORD, "user_base": PEOPLE, "group_base": GROUPS}


@pytest.fixture
def configured(slapd: Slapd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slapd]:
    """Have the real directory configured, after a server that is not there."""
    values = {**FIELDS, "urls": f"ldap://127.0.0.1:{free_ports(1)[0]} {slapd.url}", "label": "Company"}
    for name, value in values.items():
        monkeypatch.setenv(f"KAFKAADMIN_LDAP_{name.upper()}", value)
    directories.read_directories.cache_clear()
    yield slapd
    directories.read_directories.cache_clear()


def directory(slapd: Slapd, **fields: Any) -> Directory:
    return directory_of({"urls": slapd.url, **FIELDS, **fields})


def signed_in(name: str, password: str = PASSWORD) -> tuple[Client, int]:
    client = Client()
    return client, client.post("/login/", {"username": name, "password": password}).status_code


def passed_a_minute() -> None:
    Identity.objects.update(checked_at=timezone.now() - timedelta(minutes=2))


@pytest.mark.django_db
def test_a_user_signs_in_and_has_the_roles_of_their_groups(configured: Slapd, unique: Any, settings: Any) -> None:
    settings.LOCAL_SIGN_IN = "nobody"
    Cluster.objects.create(slug="dev", name="dev", bootstrap_servers="127.0.0.1:1")
    name, outer = unique("grace"), unique("outer")
    inner = configured.add_group(unique("inner"), [configured.add_user(name, givenName="Grace")])
    configured.add_group(outer, [configured.add_group(unique("middle"), [inner])])
    team = Group.objects.create(name="team")
    Grant.objects.create(group=team, role="viewer")
    CompanyGroup.objects.create(team=team, name=outer, provider="ldap")
    page = Client().get("/login/").content.decode()
    assert "With the user name and password of" in page
    assert "Company" in page
    client, status = signed_in(name)
    assert status == 302
    assert client.get("/clusters/dev/topics/").status_code == 200
    identity = Identity.objects.select_related("user").get()
    assert (identity.provider, identity.username, identity.user.first_name) == ("ldap", name, "Grace")
    assert (identity.user.email, identity.user.has_usable_password()) == ("x@example.com", False)
    assert AuditEntry.objects.get(outcome="done").detail == "At Company."
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert not [text for text in (*kept, str(identity.secrets)) if PASSWORD in text]


@pytest.mark.django_db
def test_a_wrong_password_and_one_that_is_empty_let_nobody_in(configured: Slapd, unique: Any) -> None:
    name = unique("grace")
    configured.add_user(name)
    for password in ("wrong", "", " ", "\u00ad", "\u200b\u200d", "a\u05d0", "\x00"):
        page = Client().post("/login/", {"username": name, "password": password}).content.decode()
        assert "cannot be reached" not in page
        assert ldap.sign_in(directory(configured), name, password) is None
    assert ldap.sign_in(directory(configured), name, "") is None
    assert signed_in("nobody-there")[1] == 200
    assert not User.objects.exists()


def test_a_password_is_sent_as_it_was_typed(slapd: Slapd, unique: Any) -> None:
    for number, password in enumerate(("½ crown", "ﬁn\u00adal", "ﷺ", "שלום x", "päß 🔑")):
        name = unique(f"grace{number}")
        slapd.change(slapd.add_user(name), f"replace: userPassword\n{line('userPassword', password).strip()}")
        assert ldap.sign_in(directory(slapd), name, password)
        assert ldap.sign_in(directory(slapd), name, unicodedata.normalize("NFKC", f"{password}.")) is None


@pytest.fixture
def answering(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a server that answers sign-ins and searches with a code each."""
    codes = {0x60: (0x61, request.param[0]), 0x63: (0x65, request.param[1])}

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()  # the first one only tries whether somebody listens
                with connection:
                    while message := connection.recv(65_536):
                        answer(connection, message)

    def answer(connection: socket.socket, message: bytes) -> None:
        at = 2 + (message[1] & 0x7F if message[1] & 0x80 else 0)  # behind the message's length
        number = message[at : at + 2 + message[at + 1]]
        kind, code = codes.get(message[at + len(number)], (0, 0))
        if kind:
            body = bytes([*number, kind, 7, 0x0A, 1, code, 4, 0, 4, 0])
            connection.sendall(bytes([0x30, len(body)]) + body)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"ldap://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


@pytest.mark.parametrize(("answering", "is_right"), [((0, 0), True), ((49, 0), False)], indirect=["answering"])
def test_a_server_decides_whose_password_it_is(answering: str, is_right: bool) -> None:
    own = directory_of({"urls": answering, "user_base": "dc=x"})
    assert ldap.is_password(own, Server(answering, get_info=NONE), "uid=grace,dc=x", "a password") is is_right


@pytest.mark.parametrize("answering", [(code, 0) for code in (3, 4, 10, 14, 51, 53, 80)], indirect=True)
def test_an_answer_that_decides_nothing_lets_nobody_in(answering: str) -> None:
    """Of a referral and a time limit, ldap3 raises nothing: any password would be the right one."""
    own = directory_of({"urls": answering, "user_base": "dc=x"})
    with pytest.raises(LDAPOperationResult):
        ldap.is_password(own, Server(answering, get_info=NONE), "uid=grace,dc=x", "a password")


@pytest.mark.parametrize(
    ("answering", "words"),
    [((0, 3), "in time"), ((0, 10), "another server"), ((0, 51), "busy"), ((10, 0), "another server")],
    indirect=["answering"],
)
def test_who_cannot_be_searched_is_not_gone(answering: str, words: str) -> None:
    with pytest.raises(ProviderAway, match=words):
        ldap.still_there(directory_of({"urls": answering, "user_base": "dc=x"}), "7")
    ldap._away.clear()


@pytest.mark.parametrize("answering", [(0, 0), (0, 32)], indirect=True)
def test_who_is_not_found_is_gone(answering: str) -> None:
    assert ldap.still_there(directory_of({"urls": answering, "user_base": "dc=x"}), "7") is None


@pytest.mark.django_db
def test_passwords_of_kafkaadmins_own_are_not_guessed_while_a_directory_is_away(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setenv("KAFKAADMIN_LDAP_URLS", f"ldap://127.0.0.1:{free_ports(1)[0]}")
    monkeypatch.setenv("KAFKAADMIN_LDAP_USER_BASE", PEOPLE)
    directories.read_directories.cache_clear()
    root = User.objects.create_superuser("root", password="correct horse")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        signed_in("root", "wrong")
    assert signed_in("root", "correct horse")[1] == 429
    assert signed_in("somebody", "else")[1] == 200
    factor = signed_in_as(root).post("/account/second-factor/set-up/", {"code": "1", "password": "wrong"})
    assert factor.status_code in {422, 429}
    directories.read_directories.cache_clear()


def test_names_that_are_filters_are_names(slapd: Slapd, unique: Any) -> None:
    slapd.add_user(unique("grace"))
    for name in ("*", "grace*", "x)(uid=*", "*)(objectClass=*", "\\2a", "a\0b", "x)(|(uid=*)(uid=*"):
        assert ldap.sign_in(directory(slapd), name, PASSWORD) is None


@pytest.mark.parametrize("stem", ["Zoë (née Ó Ném)", "a*b", 'o"neill, jr', "back\\slash", "名前", "x+y=z", "<a>#;"])
def test_names_with_odd_letters_sign_in_with_their_groups(slapd: Slapd, unique: Any, stem: str) -> None:
    name = unique(stem)
    group = unique(f"Ops, {stem}")
    slapd.add_group(group, [slapd.add_user(name)])
    person = ldap.sign_in(directory(slapd), name, PASSWORD)
    assert person
    assert (person.username, person.groups) == (name, (group,))
    assert ldap.still_there(directory(slapd), person.subject) == person
    by_search_alone = ldap.sign_in(directory(slapd, member_of=False), name, PASSWORD)
    by_entry_alone = ldap.sign_in(directory(slapd, group_filter="(cn={dn})"), name, PASSWORD)
    assert by_search_alone == by_entry_alone == person


def test_a_group_of_ten_thousand_and_many_groups_are_no_burden(slapd: Slapd, unique: Any) -> None:
    dn, stem = slapd.add_user(unique("grace")), unique("team")
    large = slapd.add_group(unique("large"), [dn, *(f"uid=u{number},{PEOPLE}" for number in range(10_000))])
    ldif = "".join(
        f"dn: cn={stem}-{number},{GROUPS}\nobjectClass: groupOfNames\nmember: {large}\n\n" for number in range(1_200)
    )
    slapd.run("ldapadd", ldif)
    person = ldap.sign_in(directory(slapd), dn.split(",")[0].removeprefix("uid="), PASSWORD)
    assert person
    assert len(person.groups) == 1_201  # more than the server gives in one answer
    flat = ldap.sign_in(directory(slapd, nested=False), person.username, PASSWORD)
    assert flat
    assert len(flat.groups) == 1


def test_only_groups_below_their_base_count(slapd: Slapd, unique: Any) -> None:
    """Whoever may make groups elsewhere in the directory gives nobody the roles of a group of the same name."""
    dn, name, inner = slapd.add_user(unique("grace")), unique("ops"), unique("inner")
    elsewhere = f"cn={name},{PEOPLE}"
    slapd.run("ldapadd", f"dn: {elsewhere}\nobjectClass: groupOfNames\nmember: {dn}\n")
    username = dn.split(",")[0].removeprefix("uid=")
    for base, groups in ((GROUPS, ()), (f"OU=Groups,{SUFFIX.upper()}", ()), (SUFFIX, (name,)), ("", (name,))):
        person = ldap.sign_in(directory(slapd, group_base=base), username, PASSWORD)
        assert person
        assert person.groups == groups
    slapd.add_group(inner, [elsewhere])
    person = ldap.sign_in(directory(slapd), username, PASSWORD)
    assert person
    assert person.groups == (inner,), "which a group of elsewhere is in"


def test_groups_in_a_circle_come_to_an_end(slapd: Slapd, unique: Any) -> None:
    dn = slapd.add_user(unique("grace"))
    first = slapd.add_group(unique("first"), [dn])
    second = slapd.add_group(unique("second"), [first])
    slapd.change(first, f"add: member\nmember: {second}")
    person = ldap.sign_in(directory(slapd), dn.split(",")[0].removeprefix("uid="), PASSWORD)
    assert person
    assert len(person.groups) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["removed", "locked", "filtered out"])
def test_who_is_removed_or_locked_is_out_within_a_minute(configured: Slapd, unique: Any, way: str) -> None:
    name = unique("grace")
    dn = configured.add_user(name)
    client, _ = signed_in(name)
    program = program_of(User.objects.get(username=name))
    passed_a_minute()
    assert client.get("/").status_code == 200
    assert program("GET", "/api/v1/me").status_code == 200
    if way == "removed":
        configured.remove(dn)
    elif way == "locked":
        configured.change(dn, "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z")
    else:
        configured.change(dn, "delete: mail")
        settings = {"user_filter": "(&(uid={user})(mail=*))"}
        directories.read_directories.cache_clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KAFKAADMIN_LDAP_USER_FILTER", settings["user_filter"])
            passed_a_minute()
            assert client.get("/").status_code == 302
    passed_a_minute()
    assert client.get("/").status_code == 302
    assert program("GET", "/api/v1/me").status_code == 401
    assert not Session.objects.exists()
    if way == "locked":
        page = Client().post("/login/", {"username": name, "password": PASSWORD}).content.decode()
        assert "Wrong user name or password" in page or "is locked, disabled or expired" in page


@pytest.mark.django_db
def test_a_directory_that_is_away_ends_nothing_and_lets_nobody_in(
    configured: Slapd, unique: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = unique("grace")
    configured.add_user(name)
    client, _ = signed_in(name)
    monkeypatch.setenv("KAFKAADMIN_LDAP_URLS", f"ldap://127.0.0.1:{free_ports(1)[0]}")
    directories.read_directories.cache_clear()
    passed_a_minute()
    assert client.get("/").status_code == 200
    page = Client().post("/login/", {"username": name, "password": PASSWORD})
    assert "Company cannot be reached" in page.content.decode()
    entry = AuditEntry.objects.filter(outcome="refused").first()
    assert entry
    assert "Company cannot be reached" in entry.detail
    assert PASSWORD not in entry.detail
    User.objects.create_superuser("root", password="correct horse")
    assert signed_in("root")[1] == 302


@pytest.mark.django_db
def test_a_user_of_kafkaadmins_own_is_never_taken_over(configured: Slapd, unique: Any) -> None:
    name = unique("ada")
    configured.add_user(name)
    User.objects.create_superuser(name, password="another password")
    assert signed_in(name)[1] == 302
    assert list(User.objects.filter(identities__provider="ldap").values_list("username", "is_superuser")) == [
        (f"{name}@ldap", False)
    ]
    User.objects.filter(username=f"{name}@ldap").update(is_active=False)
    page = Client().post("/login/", {"username": name, "password": PASSWORD}).content.decode()
    assert "has deactivated your account" in page


def test_certificates_are_checked(slapd: Slapd, unique: Any, tmp_path: Any) -> None:
    name = unique("grace")
    slapd.add_user(name)
    (tmp_path / "ca.pem").write_text(slapd.ca_pem)
    ways: list[dict[str, Any]] = [{"urls": slapd.tls_url}, {"urls": slapd.url, "start_tls": True}]
    for fields in ways:
        assert ldap.sign_in(directory(slapd, **fields, ca_file=str(tmp_path / "ca.pem")), name, PASSWORD)
        with pytest.raises(ProviderAway, match="cannot be reached"):
            ldap.sign_in(directory(slapd, **fields), name, PASSWORD)
        elsewhere = {**fields, "urls": fields["urls"].replace("127.0.0.1", "localhost")}
        with pytest.raises(ProviderAway, match="cannot be reached"):
            ldap.sign_in(directory(slapd, **elsewhere, ca_file=str(tmp_path / "ca.pem")), name, PASSWORD)


def test_a_server_that_is_connected_to_but_says_nothing_is_given_up(
    slapd: Slapd, unique: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldap, "READ_SECONDS", 1)
    name = unique("grace")
    slapd.add_user(name)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"ldap://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ProviderAway, match="cannot be reached"):
            ldap.sign_in(directory(slapd, urls=url), name, PASSWORD)
        ldap._away.clear()
        assert ldap.sign_in(directory(slapd, urls=[url, slapd.url]), name, PASSWORD)


def test_what_is_wrong_with_the_directory_is_said(slapd: Slapd, unique: Any) -> None:
    name = unique("grace")
    slapd.add_user(name, description="twice")
    slapd.add_user(unique("grace"), description="twice")
    with pytest.raises(ProviderAway, match="does not accept kafkaadmin's own account"):
        ldap.sign_in(directory(slapd, bind_password="wrong"), name, PASSWORD)
    with pytest.raises(SignInRefused, match="Several users"):
        ldap.sign_in(directory(slapd, user_filter="(|(uid={user})(description=twice))"), name, PASSWORD)
    with pytest.raises(ProviderAway, match="refuses to answer"):
        ldap.sign_in(directory(slapd, user_base="nonsense"), name, PASSWORD)
    assert ldap.sign_in(directory(slapd, user_base=f"ou=none,{PEOPLE}"), name, PASSWORD) is None
