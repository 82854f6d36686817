"""What lists show of a cluster: rows that the mirror keeps current."""

from datetime import timedelta

from django.db import models

from clusters.gateway.bounds import COMPACT, is_upper_bound
from clusters.models.cluster import Cluster
from core.leasing import Leased


class Mirror(Leased):
    """The state of one cluster's mirror: last run, result, failures, and cost."""

    LEASE, DONE = timedelta(seconds=60), "looked_at"

    cluster = models.OneToOneField(Cluster, models.CASCADE, primary_key=True, related_name="mirror")
    kafka_cluster_id = models.CharField(max_length=64, blank=True)
    version = models.CharField(max_length=20, blank=True)
    controller_id = models.IntegerField(null=True)
    looked_at = models.DateTimeField(null=True, help_text="End of the last pass, whatever came of it.")
    current_as_of = models.DateTimeField(null=True, help_text="When the outline was last read from Kafka.")
    configs_as_of = models.DateTimeField(null=True)
    sizes_as_of = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    replaced = models.BooleanField(default=False, help_text="Another cluster answers at the address.")
    failures = models.JSONField(default=list, help_text="Parts that did not answer: [subject, sentence].")
    seconds = models.FloatField(default=0, help_text="What the last pass took.")
    requests = models.IntegerField(null=True, help_text="Requests from the pass before to the end of the last one.")
    bytes_sent = models.BigIntegerField(null=True)
    bytes_received = models.BigIntegerField(null=True)
    fence = models.BigIntegerField(default=0, help_text="Counts leases: a pass whose lease was lost saves nothing.")
    changes = models.BigIntegerField(
        default=0, help_text="Counts changes made through us: a pass that began before one writes nothing."
    )
    rates_as_of = models.DateTimeField(null=True, help_text="When the topics' rates were last measured.")
    reassigning = models.IntegerField(null=True, help_text="Partitions that are being moved.")
    acls_error = models.TextField(blank=True, help_text="Why the ACLs could not be read.")
    users_error = models.TextField(
        default="", db_default="", blank=True, help_text="Why the SCRAM users could not be read."
    )
    quotas_error = models.TextField(default="", db_default="", blank=True, help_text="Why quotas could not be read.")
    authorizer_class = models.CharField(max_length=255, default="", db_default="", blank=True)
    super_users = models.JSONField(null=True, help_text="Principals that may do everything; null where not known.")
    allow_everyone = models.BooleanField(null=True, help_text="What holds where no ACL is found; null where not known.")
    totals = models.JSONField(default=dict, help_text="Sums over topics and groups, as of the last pass or change.")

    def __str__(self) -> str:
        return f"mirror of {self.cluster}"


class Broker(models.Model):
    """A broker as last seen; one that has replicas but does not answer is kept as offline."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="brokers")
    broker_id = models.IntegerField()
    host = models.CharField(max_length=255, blank=True)
    port = models.IntegerField(null=True)
    rack = models.CharField(max_length=255, blank=True)
    online = models.BooleanField(default=True)
    leaders = models.IntegerField(default=0)
    replicas = models.IntegerField(default=0)
    out_of_sync = models.IntegerField(default=0)
    size = models.BigIntegerField(null=True)
    disk_total = models.BigIntegerField(null=True)
    disk_free = models.BigIntegerField(null=True)
    release = models.CharField(max_length=40, default="", db_default="", blank=True)
    throttled = models.BooleanField(null=True, help_text="Whether a replication rate is set; null where unknown.")

    class Meta:
        ordering = ["broker_id"]
        constraints = [models.UniqueConstraint(fields=["cluster", "broker_id"], name="one_row_a_broker")]

    def __str__(self) -> str:
        return f"{self.cluster}: broker {self.broker_id}"

    @property
    def disk_used(self) -> float | None:
        """The share of its volumes that is used; None where a broker before Kafka 3.3 does not say."""
        if not self.disk_total or self.disk_free is None:
            return None
        return 1 - self.disk_free / self.disk_total


class Topic(models.Model):
    """A topic as last seen. Sizes, messages and configs are None until known."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="topics")
    name = models.CharField(max_length=255)
    internal = models.BooleanField(default=False)
    partitions = models.IntegerField()
    replication = models.IntegerField()
    under_replicated = models.IntegerField(default=0)
    offline = models.IntegerField(default=0)
    under_min_isr = models.IntegerField(null=True)
    trouble = models.JSONField(default=list, help_text="Partitions without leader or with missing replicas, named.")
    messages = models.BigIntegerField(null=True)
    size = models.BigIntegerField(null=True)
    cleanup_policy = models.CharField(max_length=40, blank=True)
    retention_ms = models.BigIntegerField(null=True)
    min_isr = models.IntegerField(null=True)
    throttled = models.BooleanField(default=False, db_default=False, help_text="Its replication is throttled.")
    transactional = models.BooleanField(
        default=False, db_default=False, help_text="Its log is known to have markers of transactions among its records."
    )
    end_offsets = models.BigIntegerField(null=True, help_text="Sum of its partitions' latest offsets.")
    rate_from = models.BigIntegerField(null=True, help_text="That sum when its rate was last measured.")
    rate = models.FloatField(null=True, help_text="Records in per second, between the last two measurements.")
    last_record_at = models.DateTimeField(null=True, help_text="When its end offsets were last seen to have grown.")

    # ``messages_at_most`` as an annotation, for lists that the database writes.
    AT_MOST = {
        "messages_at_most": models.Q(messages__gt=0)
        & (models.Q(transactional=True) | models.Q(cleanup_policy="") | models.Q(cleanup_policy__contains=COMPACT))
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "name"], name="one_row_a_topic")]
        indexes = [
            models.Index(fields=["cluster", "internal", column], name=f"topic_by_{column}")
            for column in (
                "name", "partitions", "messages", "size", "under_replicated", "rate", "last_record_at",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.cluster}: {self.name}"

    @property
    def messages_at_most(self) -> bool:
        """Whether ``messages`` is an upper bound."""
        return is_upper_bound(self.messages, self.cleanup_policy, transactional=self.transactional)


class Group(models.Model):
    """A group as last seen. ``lag`` sums the known lags; ``unknown`` counts the other partitions."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="groups")
    name = models.CharField(max_length=512)
    state = models.CharField(max_length=40)
    type = models.CharField(max_length=20)
    protocol = models.CharField(max_length=100, blank=True)
    coordinator = models.IntegerField(null=True)
    members = models.IntegerField(null=True)
    topics = models.IntegerField(null=True)
    lag = models.BigIntegerField(null=True)
    unknown = models.IntegerField(default=0)
    lag_status = models.SmallIntegerField(null=True, help_text="The verdict on its lag, as whoever judges it says.")
    time_lag = models.FloatField(null=True, help_text="Seconds behind, likewise.")
    time_lag_at_least = models.BooleanField(default=False, help_text="It may be more than that.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "name"], name="one_row_a_group")]
        indexes = [
            models.Index(fields=["cluster", "lag"], name="group_by_lag"),
            models.Index(fields=["cluster", "lag_status"], name="group_by_lag_status"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.name}"


class GroupTopic(models.Model):
    """A topic that a group reads, and how far behind the group is there."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="group_topics")
    group = models.CharField(max_length=512)
    topic = models.CharField(max_length=255)
    lag = models.BigIntegerField(null=True)
    unknown = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "group", "topic"], name="one_row_a_group_topic")]
        indexes = [models.Index(fields=["cluster", "topic"], name="group_topic_by_topic")]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.group} reads {self.topic}"


class AclEntry(models.Model):
    """One ACL as last seen."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="acls")
    principal = models.CharField(max_length=255)
    host = models.CharField(max_length=255)
    operation = models.CharField(max_length=40)
    permission = models.CharField(max_length=10)
    resource_type = models.CharField(max_length=40)
    resource_name = models.CharField(max_length=512)
    pattern_type = models.CharField(max_length=20)

    KEY = ("principal", "host", "operation", "permission", "resource_type", "resource_name", "pattern_type")

    class Meta:
        verbose_name_plural = "ACL entries"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "cluster", "principal", "host", "operation", "permission",
                    "resource_type", "resource_name", "pattern_type",
                ],
                name="one_row_an_acl",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.principal} {self.permission} {self.operation} on {self.resource_type} {self.resource_name}"


class ScramUser(models.Model):
    """A user with SCRAM credentials as last seen: its iterations by mechanism, None where it has no credential."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="scram_users")
    name = models.CharField(max_length=512)
    sha_256 = models.IntegerField(null=True)
    sha_512 = models.IntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "name"], name="one_row_a_scram_user")]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.name}"


class ClientQuota(models.Model):
    """The quotas of one entity as last seen: of a user, a client id, both, or an IP address, or of all by default.

    Of ``user``, ``client_id`` and ``ip``, those that the entity does not have are None; its defaults are empty.
    ``resource`` is the name that grants are matched with.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="quotas")
    user = models.CharField(max_length=512, null=True)  # noqa: DJ001 - empty is the default
    client_id = models.CharField(max_length=512, null=True)  # noqa: DJ001 - as above
    ip = models.CharField(max_length=255, null=True)  # noqa: DJ001 - as above
    resource = models.CharField(max_length=512)
    producer_byte_rate = models.FloatField(null=True)
    consumer_byte_rate = models.FloatField(null=True)
    request_percentage = models.FloatField(null=True)
    controller_mutation_rate = models.FloatField(null=True)
    connection_creation_rate = models.FloatField(null=True)

    KEY = ("user", "client_id", "ip")
    RATES = (
        "producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate",
        "connection_creation_rate",
    )  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["cluster", "resource"], name="quota_by_resource")]

    def __str__(self) -> str:
        return f"{self.cluster}: quotas of {self.resource}"
