"""Tokens, and the stored answers to requests that may be sent twice."""

from django.conf import settings
from django.db import models

from accounts.permissions import ACTIONS

READING = frozenset(action for action in ACTIONS if action.endswith((".view", ".list")))


class Token(models.Model):
    """A program signs in with it on behalf of a user. Only a digest is stored: the token itself is shown once."""

    READ, ALL, CHOSEN = "read", "all", "chosen"
    SCOPES = [(READ, "Read-only"), (ALL, "All my permissions"), (CHOSEN, "Selected actions")]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=10, choices=SCOPES, default=READ)
    actions = models.JSONField(
        default=list, blank=True, help_text="Actions of a token with the scope “Selected actions”."
    )
    clusters = models.CharField(max_length=255, default="*", help_text="Clusters that it covers, by glob.")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="Prefix of the token.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_token_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def covered(self) -> frozenset[str]:
        """The actions it may be used for, as far as its owner may do them."""
        if self.scope == self.CHOSEN:
            return frozenset(self.actions)
        return ACTIONS if self.scope == self.ALL else READING


class KeptAnswer(models.Model):
    """The stored answer to a change sent with an ``Idempotency-Key``; no status while the change is running."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="Of method, address and body.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or 'under way'}"
