"""Long work, and the pieces of files that it needs."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from clusters.models.cluster import Cluster
from core.resuming import ResumableWork


class Job(ResumableWork):
    """Work for a user that takes longer than a request."""

    LEASE, DONE = timedelta(seconds=30), "stepped_at"

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=40)
    action = models.CharField(max_length=64)
    resource = models.CharField(max_length=512)
    title = models.CharField(max_length=700)
    needs = models.JSONField(default=list, help_text="What its user must be allowed, as long as it runs.")
    digest = models.CharField(max_length=16, help_text="Of its plan.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    left = models.BooleanField(
        default=False, db_default=False, help_text="It has ended, and what it needed in Kafka is still to be removed."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "kind", "resource", "digest"],
                condition=models.Q(state__in=["waiting", "running", "stopping"]),
                name="one_open_job_a_plan",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.title}"


class JobPiece(models.Model):
    """A piece of the records that a job writes; gone when the job has ended."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="pieces")
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_row_a_piece")]

    def __str__(self) -> str:
        return f"piece {self.number} of {self.job}"
