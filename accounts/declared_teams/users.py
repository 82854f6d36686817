"""Stores declared users: name, hashed password and teams, as their source says. Others are never taken over."""

from django.contrib.auth.models import Group, User
from django.utils.crypto import salted_hmac

from accounts.anonymous import NAME as ANONYMOUS
from accounts.declared_teams.document import DeclaredTeams, DeclaredUser
from accounts.declared_teams.recording import note
from accounts.imported_passwords import encoded
from accounts.models import UserDeclaration
from accounts.people.credentials import end_access

TAKEN = "{path}: there is a user {name} already that is not managed by configuration. Rename one of them."
DECLARED = "declared by the {source}"


def store_users(declared: DeclaredTeams) -> list[str]:
    """Store the users of a source, and remove those that it no longer declares, but for superusers.

    Returns:
        What is wrong.
    """
    failures = []
    for user in declared.users:
        declaration = UserDeclaration.objects.select_related("user").filter(user__username=user.name).first()
        if declaration is None and is_taken(user.name):
            failures.append(TAKEN.format(path=user.path, name=user.name))
        elif declaration and declaration.source != declared.source:
            failures.append(f"{user.path}: the {declaration.source} declares a user {user.name}, too.")
        else:
            store_user(declared.source, user, declaration)
    if not declared.failures:
        remove_other_users(declared)
    return failures


def is_taken(name: str) -> bool:
    return name.lower() == ANONYMOUS or User.objects.filter(username__iexact=name).exists()


def store_user(source: str, declared: DeclaredUser, declaration: UserDeclaration | None) -> None:
    """Make a user what their declaration says. A password that was changed here counts until it changes there."""
    fingerprint = salted_hmac("declared user", f"{declared.algorithm} {declared.digest}", algorithm="sha256")
    if declaration is None:
        user = User.objects.create(username=declared.name, password=encoded(declared.algorithm, declared.digest))
        UserDeclaration.objects.create(user=user, source=source, fingerprint=fingerprint.hexdigest())
        note(user.username, None, DECLARED.format(source=source))
    else:
        user = declaration.user
        if declaration.fingerprint != fingerprint.hexdigest():
            user.password = encoded(declared.algorithm, declared.digest)
            user.save(update_fields=["password"])
            declaration.fingerprint = fingerprint.hexdigest()
            declaration.save()
            end_access(user)
            note(user.username, "password", f"new password, {DECLARED.format(source=source)}")
    place(source, user, declared)


def place(source: str, user: User, declared: DeclaredUser) -> None:
    """Put a user into their teams, and out of the source's others."""
    before = set(user.groups.filter(declaration__source=source))
    after = set(Group.objects.filter(declaration__source=source, name__in=declared.teams))
    if before != after:
        user.groups.remove(*before - after)
        user.groups.add(*after - before)
        note(user.username, named(before), named(after))


def named(teams: set[Group]) -> str | None:
    return f"teams: {', '.join(sorted(team.name for team in teams))}" if teams else None


def remove_other_users(declared: DeclaredTeams) -> None:
    names = [user.name for user in declared.users]
    rows = UserDeclaration.objects.filter(source=declared.source).exclude(user__username__in=names)
    for declaration in rows.select_related("user"):
        user = declaration.user
        note(
            user.username,
            DECLARED.format(source=declared.source),
            "a user of kafkaadmin's own" if user.is_superuser else None,
        )
        if user.is_superuser:  # made one here: without them there may be nobody who may do everything
            user.groups.remove(*user.groups.filter(declaration__source=declared.source))
            declaration.delete()
        else:
            end_access(user)
            user.delete()
