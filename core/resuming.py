"""Work that is done slice by slice, and goes on elsewhere from where it stands when its worker is gone."""

from django.db import models

from core.leasing import Leased


class ResumableWork(Leased):
    """A row for such work: where it stands, how far it is, and how it ended. A draft waits to be confirmed."""

    DRAFT, WAITING, RUNNING, STOPPING = "draft", "waiting", "running", "stopping"
    STOPPED, FINISHED, FAILED = "stopped", "done", "failed"
    OPEN = (WAITING, RUNNING, STOPPING)

    parameters = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, help_text="As far as it can be estimated.")
    state = models.CharField(max_length=10, default=DRAFT)
    result = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="Since its last progress.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    stepped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
