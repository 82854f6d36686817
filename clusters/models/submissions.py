"""Forms that were applied."""

from django.db import models
from django.utils import timezone


class Submission(models.Model):
    """A form that was applied, by a digest of what was sent, and its entry in the audit log."""

    digest = models.CharField(max_length=64, primary_key=True)
    entry = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.digest
