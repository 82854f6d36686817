"""The manifest that a cluster is compared with, and in what it was last seen to differ."""

from datetime import timedelta

from django.db import models

from clusters.models.cluster import Cluster
from core.leasing import Leased


class ClusterManifest(Leased):
    """What a cluster shall have, as a file, and what the last comparison said."""

    LEASE, DONE = timedelta(minutes=5), "compared_at"

    cluster = models.OneToOneField(Cluster, models.CASCADE, primary_key=True, related_name="manifest")
    text = models.TextField()
    remove = models.BooleanField(default=False, help_text="Whether what it does not list counts as a difference.")
    summary = models.CharField(max_length=300, help_text="What it lists, and its text's fingerprint.")
    sections = models.JSONField(default=list, help_text="The kinds of things that it lists.")
    kept_at = models.DateTimeField(help_text="When the text was last stored.")
    kept_by = models.CharField(max_length=150, blank=True)
    compared_at = models.DateTimeField(null=True, help_text="End of the last comparison, whatever came of it.")
    seconds = models.FloatField(default=0, help_text="What the last comparison took.")
    entries = models.JSONField(default=list, help_text="The first differences, and since when each is there.")
    total = models.IntegerField(null=True, help_text="How many differences there are; null where not known.")
    unread = models.JSONField(default=list, help_text="Sections that could not be compared: [section, sentence].")
    error = models.TextField(blank=True, help_text="Why the last comparison was not possible.")

    def __str__(self) -> str:
        return f"manifest of {self.cluster}"
