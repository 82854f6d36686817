"""``kafkaadmin people``: who may sign in, told and changed beside the database, for when nobody gets in any more."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from django.contrib.auth.models import User

F = TypeVar("F", bound=Callable[..., Any])


def with_password(command: F) -> F:
    """Give a command a password: its option, the first line of standard input, or what is typed twice."""
    piped = click.option(
        "--password-stdin", is_flag=True, is_eager=True, expose_value=False, callback=by_pipe_or_not,
        help="Read the password from standard input: its first line.",
    )(command)  # fmt: skip
    return click.option("--password", callback=password_of, help="Asked for where it is not given.")(piped)


def by_pipe_or_not(context: click.Context, _: click.Parameter, is_piped: bool) -> None:
    context.meta["password is piped"] = is_piped


def password_of(context: click.Context, _: click.Parameter, password: str | None) -> str:
    """Return the password that is given, piped or typed, in this order."""
    if password is not None:
        return password
    if context.meta["password is piped"]:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@click.group()
def people() -> None:
    """List and add users, set passwords, and create superusers, on kafkaadmin's host."""
    import django

    django.setup()


@people.command(name="list")
def list_people() -> None:
    """List users with their roles."""
    from django.contrib.auth.models import User

    for person in User.objects.prefetch_related("grant_set", "groups").order_by("username"):
        grants = "; ".join(map(str, person.grant_set.all())) or "no direct roles"
        what = "superuser (full access)" if person.is_superuser else grants
        click.echo("\t".join([person.username, what, *([] if person.is_active else ["inactive"])]))


@people.command()
@click.argument("username")
@click.option("--administrator", is_flag=True, help="Make the user a superuser (full access).")
@with_password
def add(username: str, password: str, administrator: bool) -> None:
    """Add a user who signs in with a password."""
    from django.contrib.auth.models import User
    from django.db import IntegrityError

    check(password, User(username=username))
    try:
        User.objects.create_user(username, password=password, is_superuser=administrator)
    except IntegrityError as error:
        raise click.ClickException(f"User {username} exists already.") from error
    record(username, None, "added")
    click.echo(f"User {username} added.")


@people.command()
@click.argument("email")
@click.option("--role", type=click.Choice(["viewer", "operator", "admin"]), help="A role, on all clusters.")
@click.option("--team", "teams", multiple=True, help="A team; repeat it for several.")
def invite(email: str, role: str | None, teams: tuple[str, ...]) -> None:
    """Invite a user by e-mail; a link, which counts once, sets name and password."""
    from django.contrib.auth.models import Group

    from accounts.mailed_links.invitations import INVITED, InvitationForm
    from accounts.mailed_links.sending import NOT_CONFIGURED, NotSent, can_send, send_invitation
    from accounts.permissions import Allowance

    if not can_send():
        raise click.ClickException(NOT_CONFIGURED)
    groups = {group.name: group.pk for group in Group.objects.filter(name__in=teams)}
    if missing := set(teams) - groups.keys():
        raise click.ClickException(f"There is no team {', '.join(sorted(missing))}.")
    data = {"email": email, "role": role or "", "groups": list(groups.values())}
    form = InvitationForm(data, own=[Allowance("admin")])
    if not form.is_valid():
        raise click.ClickException(" ".join(str(text) for texts in form.errors.values() for text in texts))
    user = form.save()
    record(user.username, None, INVITED)
    try:
        send_invitation(user, "An administrator")
    except NotSent as failure:
        raise click.ClickException(f"User {email} added. {failure}") from failure
    click.echo(f"Invitation sent to {email}.")


@people.command(name="password")
@click.argument("username")
@with_password
def set_password(username: str, password: str) -> None:
    """Set a user's password; its sessions and tokens are revoked."""
    from accounts.people.credentials import end_access

    person = find(username)
    check(password, person)
    person.set_password(password)
    person.save()
    end_access(person)
    record(username, None, "a new password")
    click.echo(f"Password of {username} set; its sessions and tokens were revoked.")


@people.command(name="make-admin")
@click.argument("username")
def make_admin(username: str) -> None:
    """Make a user a superuser, and active."""
    person = find(username)
    person.is_superuser = person.is_active = True
    person.save()
    record(username, None, "superuser (full access)")
    click.echo(f"{username} is a superuser (full access).")


@people.command(name="reset-second-factor")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """Remove the second factor of a user who has lost it; its sessions end, its tokens stay."""
    from accounts.models import SecondFactor
    from accounts.second_factor.changes import FACTOR, forget

    person = find(username)
    if not SecondFactor.objects.filter(user=person).exists():
        raise click.ClickException(f"User {username} has no second factor.")
    forget(person)
    record(username, FACTOR, None)
    click.echo(f"Second factor of {username} reset; its sessions were ended.")


@people.command(name="try-sign-in")
@click.argument("username")
@click.option("--directory", default="", help="Name of the directory; needed where there are several.")
def try_sign_in(username: str, directory: str) -> None:
    """Look a user name up in a directory, without a password, and show what a sign-in would lead to."""
    from accounts.people.sign_in_trial import trial_of_name
    from accounts.single_sign_on.errors import SignInRefused
    from accounts.single_sign_on.ldap.directories import configured_directories

    names = list(configured_directories())
    if not names:
        raise click.ClickException("No directory is configured. Set KAFKAADMIN_LDAP_URLS or KAFKAADMIN_SIGN_IN.")
    if (directory or names[0]) not in names or (len(names) > 1 and not directory):
        raise click.ClickException(f"Name a directory by --directory: {', '.join(names)}.")
    try:
        trial = trial_of_name(directory or names[0], username)
    except SignInRefused as failure:
        raise click.ClickException(f"{failure.sentence} {failure.advice}".strip()) from failure
    click.echo(f"entry\t{trial.entry.dn} at {trial.entry.server}")
    for group in trial.entry.memberships:
        click.echo(f"group\t{group.name}\t{'direct' if group.is_direct else 'nested'}\t{group.dn}")
    outcome = trial.outcome
    for reason in outcome.reasons:
        roles = "; ".join(map(str, reason.grants)) or "–"
        click.echo(f"team\t{reason.team.name}\tfrom {reason.company_group.label}\t{roles}")
    for grant in ("superuser (full access)",) if outcome.is_superuser else outcome.direct:
        click.echo(f"role\t{grant}")
    click.echo(f"user\t{outcome.username}\t{'new' if outcome.is_new else 'known'}")
    if trial.entry.remark:
        click.echo(trial.entry.remark, err=True)
    if outcome.refusal:
        raise click.ClickException(outcome.refusal)


def find(username: str) -> "User":
    """Return a person.

    Raises:
        ClickException: there is none of this name.
    """
    from django.contrib.auth.models import User

    person = User.objects.filter(username=username).first()
    if person is None:
        raise click.ClickException(f"There is no user {username}. See `kafkaadmin people list`.")
    return person


def check(password: str, person: "User") -> None:
    """Refuse a password that the rules do not accept.

    Raises:
        ClickException: with what is wrong with it.
    """
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password, person)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error


def record(username: str, before: str | None, after: str | None) -> None:
    """Write an audit entry: the command line has no person of ours, but the machine's."""
    import getpass

    from accounts.models import AuditEntry
    from accounts.people.changes import MANAGE

    steps = [{"subject": username, "before": before, "after": after}]
    AuditEntry.objects.create(
        username=f"{getpass.getuser()} (command line)", action=MANAGE, resource=username, steps=steps,
        outcome=AuditEntry.DONE,
    )  # fmt: skip
