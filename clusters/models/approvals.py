"""Changes that destroy, and wait for a second person."""

from django.conf import settings
from django.db import models

from clusters.models.cluster import Cluster
from core.encryption import EncryptedSecrets, SecretValues
from core.plan import Plan, Plans, Step


class ApprovalRequest(models.Model):
    """A change that somebody asked for: its plans as they were confirmed, and the HTTP request that applies them.

    ``secrets`` has the request's body, which may hold passwords. ``fingerprint`` is of everything that the plans say.
    """

    WAITING, APPLYING, APPLIED, FAILED = "waiting", "being applied", "applied", "failed"
    REFUSED, CANCELLED, EXPIRED = "refused", "cancelled", "expired"
    STATES = (WAITING, APPLYING, APPLIED, FAILED, REFUSED, CANCELLED, EXPIRED)

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="approval_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    token = models.BigIntegerField(null=True, help_text="The API token that asked; none for pages.")
    action = models.CharField(max_length=64)
    resource = models.CharField(max_length=512)
    plans = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)
    reason = models.CharField(max_length=500, blank=True)
    method = models.CharField(max_length=8)
    path = models.TextField()
    query = models.TextField(blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    secrets = EncryptedSecrets(default=SecretValues)
    state = models.CharField(max_length=20, default=WAITING)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True, help_text="Why it was refused, or what failed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "user", "fingerprint"],
                condition=models.Q(state="waiting"),
                name="one_waiting_request_a_plan",
            )
        ]
        indexes = [models.Index(fields=["cluster", "state"], name="approval_requests_by_state")]

    def __str__(self) -> str:
        return f"request {self.pk} of {self.username}: {self.action} on {self.cluster}/{self.resource}"

    @property
    def parts(self) -> Plans:
        """The plans as they were confirmed."""
        return Plans(tuple(map(plan_in, self.plans)))

    @property
    def number(self) -> int:
        return len(self.plans)


def plan_in(values: dict[str, object]) -> Plan:
    """Return a plan from how it is stored."""
    rest: dict[str, object] = {name: tuple(values[name]) for name in ("warnings", "others", "commands")}  # type: ignore[arg-type]
    steps = tuple(Step(**step) for step in values["steps"])  # type: ignore[attr-defined]
    return Plan(
        str(values["action"]),
        str(values["resource"]),
        steps,
        destructive=bool(values["destructive"]),
        identity=str(values.get("identity", "")),
        **rest,  # type: ignore[arg-type]
    )
