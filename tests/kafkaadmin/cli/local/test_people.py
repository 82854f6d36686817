"""People are listed, added and let in again on the machine itself."""

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User

from accounts.models import AuditEntry
from kafkaadmin.cli.local.people import people

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-passphrase"


def run(*arguments: str, typed: str = "") -> str:
    result = CliRunner().invoke(people, arguments, input=typed)
    return f"{result.exit_code}: {result.output}"


def test_a_person_is_added_listed_and_made_an_administrator() -> None:
    assert run("add", "pat", "--password", PASSWORD).startswith("0:")
    assert "pat\tno direct roles" in run("list")
    assert run("make-admin", "pat").startswith("0:")
    assert "pat\tsuperuser (full access)" in run("list")
    assert AuditEntry.objects.filter(resource="pat").count() == 2


def test_who_was_shut_out_gets_in_again() -> None:
    User.objects.create_user("ada", password="forgotten-long-ago", is_active=False)
    run("make-admin", "ada")
    assert run("password", "ada", typed=f"{PASSWORD}\n{PASSWORD}\n").startswith("0:")
    ada = User.objects.get()
    assert (ada.is_active, ada.is_superuser, ada.check_password(PASSWORD)) == (True, True, True)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nanother line\n"])
def test_a_script_pipes_the_password(end: str) -> None:
    assert run("add", "pat", "--password-stdin", typed=f"{PASSWORD} é{end}").startswith("0:")
    assert User.objects.get().check_password(f"{PASSWORD} é")
    assert run("password", "pat", "--password-stdin", typed=f"x{PASSWORD}{end}").startswith("0:")
    assert User.objects.get().check_password(f"x{PASSWORD}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "pat", "--password", "short"), "too short"),
        (("add", "pat", "--password-stdin"), "too short"),
        (("password", "nobody", "--password", PASSWORD), "There is no user nobody."),
        (("make-admin", "nobody"), "There is no user nobody."),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], words: str) -> None:
    response = run(*arguments)
    assert response.startswith("1:")
    assert words in response


def test_nobody_is_added_twice() -> None:
    run("add", "pat", "--password", PASSWORD)
    assert "User pat exists already." in run("add", "pat", "--password", PASSWORD)
