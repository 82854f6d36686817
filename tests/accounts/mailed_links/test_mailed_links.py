"""Invitations and forgotten passwords, by links that a real SMTP server takes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts.checks import links_have_a_place
from accounts.mailed_links.tokens import is_invited
from accounts.models import AuditEntry, Grant
from api.kit import tokens
from api.models import Token
from core import environment
from core.smtp import NoSmtpUrl, smtp_settings
from kafkaadmin.cli import main
from tests.api.conftest import V1, person, program_of
from tests.conftest import signed_in
from tests.kafka.ports import free_ports

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "a-long-enough-passphrase", "quite-another-passphrase"
PUBLIC = "https://kafka.example.com/tools"
FORGOTTEN = "/login/forgotten/"


class Mailbox:
    """Keeps what an SMTP server is sent."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))
        return "250 OK"

    def link(self, client: Client) -> str:
        """Follow the link of the last e-mail, and return the address of the form that it leads to."""
        found = re.search(rf"{PUBLIC}(/login/\S+)", self.messages[-1].get_content())
        assert found, self.messages[-1].get_content()
        response = client.get(found[1])
        return str(response.headers.get("Location", found[1]))


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """Have links sent to a server of this test's."""
    mailbox, port = Mailbox(), free_ports(1)[0]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_URL, settings.PUBLIC_URL = f"smtp+plain://127.0.0.1:{port}", PUBLIC
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for name, value in smtp_settings(settings.SMTP_URL).items():
        setattr(settings, name, value)
    yield mailbox
    controller.stop()


@pytest.fixture
def pat(db: None) -> User:
    user = person("pat")
    user.email = "pat@example.com"
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_forgotten_password_is_set_once_by_a_link(mailbox: Mailbox, pat: User) -> None:
    client, other = Client(), signed_in(pat)
    secret = tokens.issue(Token(user=pat, name="pipeline"))
    assert FORGOTTEN in client.get("/login/").content.decode()
    asked = client.post(FORGOTTEN, {"email": "PAT@example.com"}, HTTP_HOST="localhost")
    assert "a link is on its way" in asked.content.decode()
    assert mailbox.messages[-1]["To"] == "pat@example.com"
    form = mailbox.link(client)
    assert client.post(form, {"new_password1": "short", "new_password2": "short"}).status_code == 200
    set_ = client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert (set_.status_code, set_.headers["Location"]) == (302, "/login/")
    assert other.get("/settings/").status_code == 302, "sessions are over"
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get(f"{V1}/me", headers=bearer).status_code == 401, "tokens are over"
    assert client.get("/settings/").status_code == 302, "nobody is signed in by the link alone"
    assert client.post("/login/", {"username": "pat", "password": NEW}).status_code == 302
    late = Client()
    assert "This link is over" in late.get(mailbox.link(late), follow=True).content.decode()
    entry = AuditEntry.objects.get(action="people.manage")
    assert (entry.username, entry.resource, entry.steps[0]["after"]) == ("pat", "pat", "a new password")


def test_the_answer_does_not_say_who_is_known(mailbox: Mailbox, pat: User, settings: Any) -> None:
    User.objects.create_user("sso", email="sso@example.com")  # without a password of ours
    User.objects.create_user("gone", email="gone@example.com", password=PASSWORD, is_active=False)
    pages = []
    for email in ("pat@example.com", "nobody@example.com", "sso@example.com", "gone@example.com"):
        response = Client().post(FORGOTTEN, {"email": email})
        pages.append((response.status_code, response.content.decode().replace(email, "…")))
    assert len({status for status, _ in pages}) == 1
    assert len({re.sub(r'X-CSRFToken": "\w+"', "", text) for _, text in pages}) == 1
    assert [message["To"] for message in mailbox.messages] == ["pat@example.com"]
    settings.LOCAL_SIGN_IN = "superusers"
    Client().post(FORGOTTEN, {"email": "pat@example.com"})
    assert len(mailbox.messages) == 1


def test_links_are_sent_seldom_and_expire(mailbox: Mailbox, pat: User) -> None:
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(FORGOTTEN, {"email": "pat@example.com"})
    assert len(mailbox.messages) == 3
    client = Client()
    answers = [client.post(FORGOTTEN, {"email": f"{number}@example.com"}).status_code for number in range(11)]
    assert answers == [200] * 10 + [429]
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        late = Client()
        assert "This link is over" in late.get(mailbox.link(late), follow=True).content.decode()


def test_without_a_server_there_are_no_links(pat: User, admin: Client, settings: Any) -> None:
    client = Client()
    assert FORGOTTEN not in client.get("/login/").content.decode()
    assert client.get(FORGOTTEN).status_code == 404
    assert admin.get("/people/invite/").status_code == 404
    assert "Invite user" not in admin.get("/people/").content.decode()
    settings.SMTP_URL = "smtp://mail.example.com"
    assert "needs KAFKAADMIN_PUBLIC_URL" in str(links_have_a_place())
    assert client.get(FORGOTTEN).status_code == 404, "no link leads to where a request says that we are"


def test_an_invited_user_chooses_name_and_password_and_has_what_was_granted(mailbox: Mailbox, admin: Client) -> None:
    team = Group.objects.create(name="operators")
    form = {"email": "grace@example.com", "groups": [team.pk], "role": "viewer", "clusters": "dev-*"}
    assert admin.post("/people/invite/", form).status_code == 302
    assert mailbox.messages[-1]["To"] == "grace@example.com"
    assert "ada invites you" in mailbox.messages[-1].get_content()
    grace = User.objects.get(email="grace@example.com")
    assert str(Grant.objects.get(user=grace)) == "viewer on dev-*/*"
    assert admin.post("/people/invite/", form).status_code == 422, "the address has an account"
    assert admin.post(f"/people/{grace.pk}/invitation/").status_code == 302
    client = Client()
    client.post(FORGOTTEN, {"email": "grace@example.com"})
    assert len(mailbox.messages) == 2, "an account without a password has none to forget"
    address = mailbox.link(client)
    assert 'value="grace"' in client.get(address).content.decode()
    values = {"username": "ADA", "first_name": "Grace", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "Another user has this name." in client.post(address, values).content.decode()
    assert client.post(address, {**values, "username": "grace"}).status_code == 302
    assert client.post("/login/", {"username": "grace", "password": PASSWORD}).status_code == 302
    assert list(User.objects.get(username="grace").groups.all()) == [team]
    assert not is_invited(User.objects.get(username="grace"))
    late = Client()
    assert "This link is over" in late.get(mailbox.link(late), follow=True).content.decode()
    assert admin.post(f"/people/{grace.pk}/invitation/").status_code == 404
    entry = AuditEntry.objects.order_by("-pk").filter(action="people.manage")[0]
    assert (entry.username, entry.steps[0]["after"]) == ("grace", "accepted the invitation")


def test_nobody_invites_to_more_than_they_have(mailbox: Mailbox) -> None:
    manager = User.objects.create_user("manager")
    Grant.objects.create(user=manager, role="custom", actions=["people.manage", "clusters.view"])
    response = signed_in(manager).post("/people/invite/", {"email": "eve@example.com", "role": "admin"})
    assert response.status_code == 422
    assert "You can only grant access that you have yourself" in response.content.decode()
    assert not User.objects.filter(email="eve@example.com").exists()


def test_a_server_that_is_away_is_said_and_the_invitation_can_be_sent_again(
    mailbox: Mailbox, admin: Client, settings: Any
) -> None:
    port = settings.EMAIL_PORT
    settings.EMAIL_PORT = free_ports(1)[0]
    page = admin.post("/people/invite/", {"email": "grace@example.com"}, follow=True).content.decode()
    assert "could not be sent" in page
    settings.EMAIL_PORT = port
    grace = User.objects.get(email="grace@example.com")
    assert "Send invitation" in admin.get(f"/people/{grace.pk}/").content.decode()
    admin.post(f"/people/{grace.pk}/invitation/")
    assert len(mailbox.messages) == 1


def test_the_api_invites(mailbox: Mailbox, settings: Any) -> None:
    ada = program_of(User.objects.create_superuser("ada"))
    body = {"email": "grace@example.com", "role": "operator", "clusters": "dev-*"}
    trial = ada("POST", f"{V1}/invitations?dry_run=true", body).json()
    assert (trial["done"], trial["steps"][0]["after"]) == (False, "invited by e-mail, operator on dev-*/*")
    assert ada("POST", f"{V1}/invitations?plan={trial['plan']}", body).status_code == 201
    assert ada("POST", f"{V1}/invitations", body).status_code == 422
    assert ada("POST", f"{V1}/people/grace@example.com/invitation").status_code == 200
    assert len(mailbox.messages) == 2
    settings.SMTP_URL = ""
    assert ada("POST", f"{V1}/invitations", {"email": "b@example.com"}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_the_command_line_invites(mailbox: Mailbox) -> None:
    Group.objects.create(name="operators")
    arguments = ["people", "invite", "grace@example.com", "--team", "operators", "--role", "viewer"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert len(mailbox.messages) == 1
    assert CliRunner().invoke(main, arguments).exit_code == 1
    unknown = CliRunner().invoke(main, ["people", "invite", "b@example.com", "--team", "nobodys"])
    assert "There is no team nobodys." in unknown.output


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.com", "mail.example.com", 587, True, False),
        ("smtps://u%40x:p%2Fw@mail.example.com", "mail.example.com", 465, False, True),
        ("smtp+plain://127.0.0.1:2525", "127.0.0.1", 2525, False, False),
    ],
)
def test_a_server_is_a_url(url: str, host: str, port: int, tls: bool, ssl: bool) -> None:
    values = smtp_settings(url)
    assert (values["EMAIL_HOST"], values["EMAIL_PORT"]) == (host, port)
    assert (values["EMAIL_USE_TLS"], values["EMAIL_USE_SSL"]) == (tls, ssl)
    assert values["EMAIL_HOST_PASSWORD"] == ("p/w" if "p%2Fw" in url else "")


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://mail:port"])
def test_what_is_no_server_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoSmtpUrl):
        smtp_settings(url)
    monkeypatch.setenv("KAFKAADMIN_SMTP_URL", url)
    with pytest.raises(ImproperlyConfigured, match="KAFKAADMIN_SMTP_URL: it"):
        environment.smtp("KAFKAADMIN_SMTP_URL")
