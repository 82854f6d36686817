"""Connect clusters of a cluster, and the inventory of their connectors."""

from django.db import models

from clusters.gateway.connect.client import ConnectConnection
from clusters.models.rest_servers import RestServer


class ConnectCluster(RestServer):
    """How one Connect cluster is reached, and the state of its mirror: last pass, result and cost."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="connect_clusters")
    name = models.CharField(max_length=100)
    oauth_token_url = models.CharField(max_length=500, default="", db_default="", blank=True)
    oauth_client_id = models.CharField(max_length=255, default="", db_default="", blank=True)
    oauth_scope = models.CharField(max_length=500, default="", db_default="", blank=True)
    group_pattern = models.CharField(max_length=255, default="connect-%s", blank=True)
    restart_minutes = models.PositiveIntegerField(default=0, help_text="Between restarts of failed tasks; 0 for none.")
    restart_most = models.PositiveIntegerField(default=3, help_text="Restarts of one connector in a day.")

    mirrored_url = models.CharField(max_length=500, blank=True, help_text="Whose connectors the rows are.")
    current_as_of = models.DateTimeField(null=True, help_text="When the connectors were last listed.")
    version = models.CharField(max_length=100, blank=True)
    passwords = models.JSONField(default=dict, help_text="Settings of type PASSWORD by class, and when they were read.")
    restarted_at = models.DateTimeField(null=True, help_text="When failed tasks were last restarted by schedule.")

    STATE = ("mirrored_url", "current_as_of", "error", "advice", "seconds", "requests", "version", "passwords",
             "restarted_at")  # fmt: skip

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["cluster", "name"], name="one_row_a_connect_cluster")]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.name}"

    def connection(self) -> ConnectConnection:
        return ConnectConnection(**self.connection_fields())

    def passwords_of(self, plugin: str) -> frozenset[str]:
        """Return the settings of a class that are known to be passwords."""
        return frozenset(self.passwords.get(plugin, {}).get("names", ()))


class Connector(models.Model):
    """A connector as last seen; its configuration is not kept, as it may have secrets."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="connectors")
    connect = models.ForeignKey(ConnectCluster, models.CASCADE, related_name="connectors")
    name = models.CharField(max_length=500)
    type = models.CharField(max_length=20, blank=True, help_text="source or sink")
    plugin = models.CharField(max_length=500, blank=True, help_text="The class, as its configuration names it.")
    state = models.CharField(max_length=40)
    worker = models.CharField(max_length=255, blank=True)
    tasks = models.IntegerField()
    tasks_running = models.IntegerField(default=0)
    tasks_failed = models.IntegerField(default=0)
    trouble = models.SmallIntegerField(default=0, help_text="How bad its state is, as the rules say.")
    problem = models.TextField(blank=True, help_text="First lines of a trace, without secrets.")
    failed = models.JSONField(default=list, help_text="Numbers of the failed tasks.")
    topics_read_at = models.DateTimeField(null=True, help_text="When its topics were last read.")
    group = models.CharField(max_length=512, blank=True, help_text="The consumer group of a sink.")
    restarts = models.JSONField(default=list, help_text="When the schedule restarted it, in ISO 8601.")
    read_at = models.DateTimeField(null=True, help_text="When it was last written after a change through us.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connect", "name"], name="one_row_a_connector")]
        indexes = [
            models.Index(fields=["cluster", "group"], name="connector_by_group"),
            *(
                models.Index(fields=["cluster", column], name=f"connector_by_{column}")
                for column in ("name", "type", "plugin", "state", "tasks", "trouble")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connect}: {self.name}"

    @property
    def short_plugin(self) -> str:
        """The class without its package."""
        return self.plugin.rpartition(".")[2]


class ConnectorTopic(models.Model):
    """A topic that a connector names, or has used."""

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="topic_rows")
    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="connector_topics")
    topic = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connector", "topic"], name="one_row_a_connector_topic")]
        indexes = [models.Index(fields=["cluster", "topic"], name="connector_topic_by_topic")]

    def __str__(self) -> str:
        return f"{self.connector} uses {self.topic}"
