"""Grants, and the record of everything that was changed or refused."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db import models

from accounts import permissions
from accounts.declared_teams.subjects import ANY_CASE, EVERYBODY_ELSE, EXACT, GROUP, KINDS, MATCHES, PATTERN, USER
from accounts.permissions import Allowance
from core.encryption import EncryptedSecrets, SecretValues
from core.leasing import Leased


class Grant(models.Model):
    """A role for a user, or for a group, on clusters and resources by glob."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True)
    role = models.CharField(
        max_length=20, choices=[(role, role) for role in (*permissions.ROLES, permissions.CUSTOM)], default="viewer"
    )
    actions = models.JSONField(default=list, blank=True, help_text="What a custom grant covers.")
    clusters = models.CharField(max_length=255, default="*")
    resources = models.CharField(max_length=255, default="*")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_has_one_subject",
                condition=models.Q(user__isnull=True) ^ models.Q(group__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "clusters", "resources", "actions"],
                condition=models.Q(group__isnull=True),
                name="one_equal_grant_a_user",
            ),
            models.UniqueConstraint(
                fields=["group", "role", "clusters", "resources", "actions"],
                condition=models.Q(user__isnull=True),
                name="one_equal_grant_a_group",
            ),
        ]

    def __str__(self) -> str:
        what = ", ".join(self.actions) if self.role == permissions.CUSTOM else self.role
        return f"{what} on {self.clusters}/{self.resources}"

    @property
    def allowance(self) -> Allowance:
        """The grant as the pure permission rules take it."""
        return Allowance(self.role, self.clusters, self.resources, permissions.with_implied(self.actions))


def allowances(user: AbstractBaseUser | AnonymousUser) -> list[Allowance]:
    """Return a user's grants; a superuser is an admin everywhere, ``anonymous`` has the configured role."""
    if not user.is_active:
        return []
    if role := getattr(user, "anonymous_role", ""):
        return [Allowance(role)]
    if getattr(user, "is_superuser", False):
        return [Allowance("admin")]
    return [grant.allowance for grant in grants_of(user)]


def grants_of(user: AbstractBaseUser | AnonymousUser) -> models.QuerySet[Grant]:
    """Return a user's own grants and those of their teams, also of those that follow from groups of the company."""
    teams = Group.objects.filter(models.Q(user=user.pk) | models.Q(identities__user=user.pk))
    return Grant.objects.filter(models.Q(user=user.pk) | models.Q(group__in=teams))


class Identity(models.Model):
    """An account of a company's provider that a user signs in with; ``teams`` follow from its groups there.

    ``secrets`` has the refresh token that the provider is asked by whether the account still is; ``ended`` is set
    when it says no, until the next sign-in.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    provider = models.CharField(max_length=40)
    subject = models.CharField(max_length=255)
    username = models.CharField(max_length=150, blank=True, db_default="")
    groups = models.JSONField(default=list)
    teams = models.ManyToManyField(Group, related_name="identities")
    secrets = EncryptedSecrets(default=SecretValues)
    checked_at = models.DateTimeField()
    ended = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "subject"], name="one_identity_a_subject")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.provider}"


class SecondFactor(models.Model):
    """The authenticator app of a user: its key, encrypted, and digests of the recovery codes that are left.

    ``last_step`` is the time step of the last code that was accepted: no code counts twice.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor")
    secrets = EncryptedSecrets(default=SecretValues)
    set_up_at = models.DateTimeField()
    last_step = models.BigIntegerField(default=0)
    recovery_codes = models.JSONField(default=list)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second factor of {self.user}"


class Passkey(models.Model):
    """A passkey (WebAuthn) beside a user's authenticator app; a public key, which is no secret."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=100)
    credential_id = models.TextField()
    public_key = models.TextField()
    sign_count = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class CompanyGroup(models.Model):
    """What leads to a team: a group at a provider, or at any if ``provider`` is empty, or one of the other kinds."""

    team = models.ForeignKey(Group, models.CASCADE, related_name="company_groups")
    provider = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS], default=GROUP, db_default=GROUP)
    match = models.CharField(
        max_length=20, choices=[(match, match) for match in MATCHES], default=EXACT, db_default=EXACT
    )
    name = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "provider", "kind", "match", "name"], name="one_equal_company_group"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} at {self.provider}" if self.provider else self.label

    @property
    def label(self) -> str:
        """Whom it means, without the provider."""
        if self.kind == EVERYBODY_ELSE:
            return "everybody else"
        ways = {PATTERN: f"like {self.name}", ANY_CASE: f"{self.name} in any case"}
        name = ways.get(self.match, self.name)
        return f"the user {name}" if self.kind == USER else name


class TeamDeclaration(models.Model):
    """Marks a team as declared by a configuration, which alone changes it; ``source`` says by which."""

    team = models.OneToOneField(Group, models.CASCADE, related_name="declaration")
    source = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.team} by the {self.source}"


class UserDeclaration(models.Model):
    """Marks a user as declared by a configuration; ``fingerprint`` changes with the password there."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="declaration")
    source = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.user} by the {self.source}"


class SignInConfiguration(models.Model):
    """How people can sign in by the configuration in force, and why the present one is not; there is one row."""

    failure = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)
    ways = models.JSONField(null=True, help_text="Providers and directories by name, in words.")
    second_factor = models.CharField(max_length=20, blank=True, db_default="")

    def __str__(self) -> str:
        return self.failure or "in force"


READING = "messages.view"  # the action of entries that change nothing


class AuditEntry(models.Model):
    """Who did what to which resource, what it was before and after, and how it ended."""

    BEGUN, DONE, FAILED, REFUSED, REQUESTED = "begun", "done", "failed", "refused", "requested"

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64)
    cluster = models.CharField(max_length=64, db_index=True)
    resource = models.CharField(max_length=512)
    steps = models.JSONField(default=list)
    outcome = models.CharField(max_length=10)
    detail = models.TextField(blank=True)
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.username} {self.action} {self.resource}: {self.outcome}"

    @property
    def level(self) -> str:
        """The outcome as the status that a page shows."""
        return {self.DONE: "ok", self.FAILED: "critical"}.get(self.outcome, "warning")


class AuditLink(models.Model):
    """One link of the audit log's chain: that an entry had some contents, after all that the links before say.

    ``hash`` is of the link before and of this one, ``seal`` a signature of it by a key that is not in the database.
    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class AuditAnchor(models.Model):
    """Where the chain begins: after the last link that retention removed. One row, which writers of links lock."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    removed_before = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class AuditSink(Leased):
    """A target of the audit log, by its name, and the last link that it has."""

    LEASE = timedelta(minutes=5)
    DONE = "sent_at"

    name = models.CharField(max_length=20, unique=True)
    number = models.BigIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def take(cls, pk: int, now: datetime, **values: Any) -> Self | None:
        """Take a row that nobody holds; None if somebody holds it."""
        rows = cls.objects.filter(cls.unleased(now), pk=pk)
        taken = rows.update(lease_until=now + cls.LEASE, fence=models.F("fence") + 1, **values)
        return cls.objects.get(pk=pk) if taken else None
