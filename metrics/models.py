"""Where a cluster's metrics come from, what was measured, what was found, and who is notified."""

from datetime import timedelta

from django.db import models

from clusters.findings import SEVERITIES, WARNING
from clusters.models import Cluster
from core.encryption import EncryptedSecrets, SecretValues
from core.leasing import Leased
from core.secret_binding import Destination
from metrics.catalogue import own_rules as own


class MetricsSettings(models.Model):
    """Where a cluster's broker metrics come from. Secrets are encrypted."""

    NONE, PROMETHEUS, EXPORTERS = "", "prometheus", "exporters"
    SOURCES = [(NONE, "none"), (PROMETHEUS, "Prometheus"), (EXPORTERS, "JMX exporters of the brokers")]
    SCHEMES = [("http", "http"), ("https", "https")]

    cluster = models.OneToOneField(Cluster, models.CASCADE, primary_key=True, related_name="metrics_settings")
    source = models.CharField(max_length=12, choices=SOURCES, blank=True)
    url = models.CharField("base URL", max_length=500, blank=True)
    matchers = models.CharField("label matchers", max_length=500, blank=True)
    scheme = models.CharField(max_length=5, choices=SCHEMES, default="http")
    port = models.PositiveIntegerField(default=5556)
    path = models.CharField(max_length=200, default="/metrics")
    exporters = models.TextField("exporter addresses", blank=True)
    interval = models.PositiveIntegerField("polling interval (s)", default=15)
    username = models.CharField("user name", max_length=255, blank=True)
    headers = models.TextField("further headers", blank=True, help_text="Of former versions; now among the secrets.")
    ca_pem = models.TextField("CA certificate", blank=True)
    certificate_pem = models.TextField("client certificate", blank=True)
    verify = models.BooleanField("verify the server certificate", default=True)
    queries = models.TextField("custom selectors", blank=True)
    slow_produce_warning = models.PositiveIntegerField("slow produce, warning (ms)", default=500)
    slow_produce_critical = models.PositiveIntegerField("slow produce, critical (ms)", default=1000)
    secrets = EncryptedSecrets(blank=True, default=SecretValues)

    def __str__(self) -> str:
        return f"metrics of {self.cluster}"

    def destination(self) -> Destination:
        """Where its secrets go, and how that is checked. Exporters are on the brokers' hosts, or where that is said."""
        exporters = {self.path, str(self.port), *self.exporters.split()}
        servers = frozenset({self.url} if self.source == self.PROMETHEUS else exporters)
        return Destination(servers, (self.source, self.scheme, self.verify, self.ca_pem))


class Watch(Leased):
    """The state of one cluster's metrics: when we looked, what came, what did not. A lease makes one worker look."""

    LEASE, DONE = timedelta(seconds=60), "looked_at"

    cluster = models.OneToOneField(Cluster, models.CASCADE, primary_key=True, related_name="watch")
    looked_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True, help_text="When readings last came.")
    flavour = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    failures = models.JSONField(default=dict, help_text="Sentences by broker.")
    missing = models.JSONField(default=list, help_text="Signals that nobody gives.")
    readings = models.JSONField(default=list, help_text="[signal, broker, label, value] of the last look.")
    measure_at = models.DateTimeField(null=True, help_text="When the source is to be asked again.")
    seconds = models.FloatField(default=0, help_text="What the last look took.")

    def __str__(self) -> str:
        return f"watch over {self.cluster}"


class Measured(models.Model):
    """What the exporters gave in one stretch of time, where no Prometheus keeps it: compressed readings."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="measured")
    width = models.PositiveIntegerField(help_text="Seconds that it stands for.")
    at = models.BigIntegerField(help_text="Seconds since 1970.")
    readings = models.BinaryField()

    class Meta:
        verbose_name_plural = "measured"
        constraints = [models.UniqueConstraint(fields=["cluster", "width", "at"], name="one_row_a_measured_stretch")]

    def __str__(self) -> str:
        return f"{self.cluster} at {self.at}"


class FindingRow(models.Model):
    """Something wrong, since when, and until when. An unresolved one exists once."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=100)
    subject = models.CharField(max_length=600, blank=True)
    severity = models.CharField(max_length=10, choices=[(level, level) for level in SEVERITIES])
    value = models.TextField(blank=True)
    threshold = models.CharField(max_length=100, blank=True)
    names = models.JSONField(default=list)
    page = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=600, blank=True)
    since = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    silenced_until = models.DateTimeField(null=True)
    silenced_by = models.CharField(max_length=150, blank=True)
    silenced_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "metrics_finding"
        verbose_name = "finding"
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "rule", "subject"],
                condition=models.Q(resolved_at=None),
                name="one_finding_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["cluster", "resolved_at", "severity"], name="finding_by_severity")]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.rule} {self.subject}"


class AlertRule(models.Model):
    """A rule that somebody defined, for the groups or topics that match its patterns.

    The threshold is records, seconds, or records per second; it must be passed for ``for_seconds``.
    """

    KINDS = [
        (own.LAG, "Consumer group lag"),
        (own.TIME_LAG, "Consumer group time lag"),
        (own.ABOVE, "Records per second of a topic, above"),
        (own.BELOW, "Records per second of a topic, below"),
    ]

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=KINDS, default=own.LAG)
    severity = models.CharField(max_length=10, choices=[(s, s) for s in SEVERITIES], default=WARNING)
    cluster_glob = models.CharField("clusters", max_length=200, default="*")
    resource_glob = models.CharField("groups or topics", max_length=500, default="*")
    threshold = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    for_seconds = models.PositiveIntegerField("for at least (s)", default=300)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The ``rule`` of its findings."""
        return own.key_of(self.kind, self.name)

    @property
    def noun(self) -> str:
        return "groups" if self.kind in own.OF_GROUPS else "topics"


class Channel(models.Model):
    """Who is notified of which findings. Addresses hold tokens, so they are encrypted."""

    APPRISE, ALERTMANAGER = "apprise", "alertmanager"
    KINDS = [(APPRISE, "Webhook, or Apprise: Slack, Teams, e-mail, …"), (ALERTMANAGER, "Alertmanager")]

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=12, choices=KINDS, default=APPRISE)
    secrets = EncryptedSecrets(blank=True, default=SecretValues)
    enabled = models.BooleanField(default=True)
    severity = models.CharField(
        "minimum severity", max_length=10, choices=[(s, s) for s in SEVERITIES], default="warning"
    )
    severities = models.JSONField(null=True, help_text="Those picked; none where all from the minimum on are.")
    clusters = models.JSONField(null=True, help_text="Short names of those picked; none for all.")
    rules = models.JSONField(null=True, help_text="Those picked; none for all.")
    cluster_glob = models.CharField("clusters", max_length=200, default="*")
    rule_glob = models.CharField("rules", max_length=200, default="*")
    subject_glob = models.CharField("resources", max_length=200, default="*")
    repeat_hours = models.PositiveIntegerField("repeat every (h)", default=4)
    tell_resolved = models.BooleanField("notify on resolve", default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """One notification of a finding to a channel; the row exists before anything is sent.

    ``number`` counts the repetitions; for an Alertmanager, whose alerts lapse and begin again, the beginnings.
    """

    OPENED, REPEATED, RESOLVED = "opened", "repeated", "resolved"

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="notices")
    finding = models.ForeignKey(FindingRow, models.CASCADE, related_name="notices")
    event = models.CharField(max_length=10)
    number = models.PositiveIntegerField(default=0, help_text="Counts the repetitions.")
    made_at = models.DateTimeField(auto_now_add=True)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "finding", "event", "number"], name="one_notice_an_event")
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.finding} {self.event}"
