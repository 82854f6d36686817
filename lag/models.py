"""What is stored about consumer lag: settings, the state of the collectors, windows and verdicts of groups."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from clusters.models import Cluster
from core.leasing import Leased
from lag.types import EvaluatorSettings, Status, StorageSettings

STRETCH = 2  # the next tick waits at least this many times as long as the last one took
OVERDUE = 60  # seconds after which a shard that did not tick is overdue, at the least
INTERVALS = 3  # and so many of its intervals


class LagSettings(models.Model):
    """Burrow's settings for one cluster, under Burrow's names and with its defaults. Times are seconds."""

    cluster = models.OneToOneField(Cluster, models.CASCADE, primary_key=True, related_name="lag_settings")
    enabled = models.BooleanField(default=True, help_text="Evaluate consumer lag.")
    intervals = models.PositiveIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(1000)], help_text="Commits per window."
    )
    min_distance = models.PositiveIntegerField(
        default=0,
        help_text="Minimum distance between commits (s). A commit that follows sooner replaces the previous one.",
    )
    expire_group = models.PositiveIntegerField(
        default=604_800, help_text="Remove a group after this many seconds without a commit."
    )
    expire_cache = models.PositiveIntegerField(default=10, help_text="How long the Burrow API caches a status (s).")
    minimum_complete = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text="How complete a window must be for an evaluation, from 0 to 1.",
    )
    allowed_lag = models.PositiveBigIntegerField(default=0, help_text="A lag up to this many records is OK.")
    offset_refresh = models.PositiveIntegerField(
        default=10, validators=[MinValueValidator(1)], help_text="Polling interval for log end offsets (s)."
    )
    topic_refresh = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1)], help_text="Polling interval for the topic list (s)."
    )
    groups_reaper_refresh = models.PositiveIntegerField(
        default=0, help_text="Polling interval for groups that no longer exist in Kafka (s); 0 = off."
    )
    group_allowlist = models.CharField(max_length=1000, blank=True, help_text="Groups to include (regular expression).")
    group_denylist = models.CharField(max_length=1000, blank=True, help_text="Groups to exclude (regular expression).")
    commit_allowlist = models.CharField(
        max_length=1000, blank=True, help_text="Groups whose commits are read; a setting of Burrow's consumer."
    )
    commit_denylist = models.CharField(max_length=1000, blank=True, help_text="Groups whose commits are ignored.")

    def __str__(self) -> str:
        return f"lag settings of {self.cluster}"

    def storage(self) -> StorageSettings:
        return StorageSettings(
            self.intervals, self.min_distance, self.expire_group, self.group_allowlist, self.group_denylist
        )

    def evaluator(self) -> EvaluatorSettings:
        """Return how windows are judged where no override applies."""
        return EvaluatorSettings(self.expire_cache, self.minimum_complete, self.allowed_lag)


class AllowedLag(models.Model):
    """The lag allowed to groups whose names match a glob. The first match counts."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="allowed_lags")
    group_glob = models.CharField(max_length=512)
    allowed_lag = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cluster", "group_glob"], name="one_allowed_lag_a_glob")]

    def __str__(self) -> str:
        return f"{self.group_glob}: {self.allowed_lag}"


class Shard(Leased):
    """A collector's state: who owns it until when, and how it is doing. The fence counts owners."""

    READING, POLLING = "reading", "asking"

    LEASE, DONE = timedelta(seconds=10), "ticked_at"

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="lag_shards")
    number = models.PositiveSmallIntegerField(default=0)
    count = models.PositiveSmallIntegerField(default=1, help_text="How many shards the cluster has.")
    owner = models.CharField(max_length=200, blank=True)
    idle_before_ms = models.BigIntegerField(
        null=True, help_text="Reading began at this time; who committed before and not since is still to be asked for."
    )
    mode = models.CharField(max_length=10, default=READING, help_text="Reading the offsets topic, or asking for them.")
    error = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    ticked_at = models.DateTimeField(null=True, help_text="End of the last tick that was saved.")
    ends_as_of = models.DateTimeField(null=True, help_text="When end offsets were last fetched.")
    seconds = models.FloatField(default=0, help_text="What the last tick took.")
    ticks = models.BigIntegerField(default=0)
    records = models.BigIntegerField(default=0, help_text="Records applied, ever.")
    unread = models.BigIntegerField(default=0, help_text="Records of the offsets topic still to read.")
    counts = models.JSONField(default=dict, help_text="What came of the records, by word, ever.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "number"], name="one_row_a_shard")]

    def __str__(self) -> str:
        return f"{self.cluster}: shard {self.number}"

    def has(self, source: int) -> bool:
        """Tell whether a partition of the offsets topic belongs to this shard."""
        return source % self.count == self.number

    @property
    def interval(self) -> float:
        """Seconds between the beginnings of two ticks."""
        return max(settings.LAG_SECONDS, STRETCH * self.seconds)

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the next tick's end should have been saved by now."""
        allowed = timedelta(seconds=max(OVERDUE, INTERVALS * self.interval))
        return self.ticked_at is not None and now - self.ticked_at > allowed


class Source(models.Model):
    """A partition of the offsets topic: the next record to read, and the end as last seen."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="lag_sources")
    partition = models.PositiveIntegerField()
    position = models.BigIntegerField()
    end = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "partition"], name="one_row_a_source")]

    def __str__(self) -> str:
        return f"{self.cluster}: offsets of partition {self.partition}"

    @property
    def unread(self) -> int:
        return max(self.end - self.position, 0)


class WatchedGroup(models.Model):
    """A group's verdict of the last tick, and its windows. ``source`` is the partition its commits come from."""

    STATUSES = [(status.value, status.name) for status in Status]

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="watched_groups")
    name = models.CharField(max_length=512)
    source = models.IntegerField()
    status = models.SmallIntegerField(choices=STATUSES)
    since = models.DateTimeField(help_text="When the status became what it is.")
    complete = models.FloatField()
    total_lag = models.BigIntegerField()
    max_lag = models.BigIntegerField()
    partitions = models.IntegerField(help_text="Slots, committed or not.")
    bad = models.IntegerField(help_text="Partitions that are not OK.")
    time_lag = models.FloatField(null=True, help_text="Seconds behind, of the partition that is furthest behind.")
    time_lag_at_least = models.BooleanField(default=False, help_text="It may be more: the history begins later.")
    lost = models.BigIntegerField(default=0, help_text="Records that expired unread.")
    last_commit_ms = models.BigIntegerField()
    judged_at = models.DateTimeField()
    windows = models.BinaryField(help_text="Windows and owners, as lag.windows.checkpoint saves them.")
    verdict = models.JSONField(
        help_text="By topic, for each partition: status, lag, last offset or null, complete, seconds behind or null."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "name"], name="one_row_a_watched_group")]
        indexes = [models.Index(fields=["cluster", "status"], name="watched_group_by_status")]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.name} is {Status(self.status).name}"


class History(models.Model):
    """A stretch of a group's past: the minutes of an hour, or the hours of a day. Times are milliseconds."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="lag_history")
    group = models.CharField(max_length=512)
    width = models.IntegerField(help_text="Of a bucket: a minute or an hour.")
    start = models.BigIntegerField(help_text="Of the stretch.")
    buckets = models.JSONField(help_text="Rows: start, status, largest lag, largest seconds, last moment, last lag.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "group", "width", "start"], name="one_row_a_stretch")]
        indexes = [models.Index(fields=["width", "start"], name="history_by_age")]
        verbose_name_plural = "history"

    def __str__(self) -> str:
        return f"{self.cluster}: {self.group} from {self.start}"


class Forgotten(models.Model):
    """A request to forget a group, or one topic of it, which the shard's owner has yet to carry out."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="lag_forgotten")
    group = models.CharField(max_length=512)
    topic = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "group", "topic"], name="one_request_to_forget")]
        verbose_name_plural = "forgotten"

    def __str__(self) -> str:
        return f"{self.cluster}: {self.group} {self.topic}"


class Tally(models.Model):
    """How often something happened, summed over all processes."""

    what = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "label"], name="one_tally_a_label")]
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.what} {self.label}: {self.number}"


class TopicOffsets(models.Model):
    """A topic's end offsets: the newest, Burrow's short history, and a long sparse one. Lists are by partition."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="topic_offsets")
    topic = models.CharField(max_length=255)
    ends = models.JSONField(help_text="Newest end offsets, null where unknown.")
    starts = models.JSONField(help_text="Log start offsets, null where unknown.")
    rings = models.BinaryField(help_text="The last few end offsets, as lag.windows.checkpoint saves arrays.")
    timelines = models.BinaryField(help_text="End offsets and their times, likewise.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "topic"], name="one_row_of_topic_offsets")]
        verbose_name_plural = "topic offsets"

    def __str__(self) -> str:
        return f"{self.cluster}: offsets of {self.topic}"
