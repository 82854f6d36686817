"""Schema registries of a cluster, and the inventory of their subjects."""

from django.db import models

from clusters.gateway.registry.client import RegistryConnection
from clusters.models.cluster import DEFAULT_REGISTRY
from clusters.models.rest_servers import RestServer


class SchemaRegistry(RestServer):
    """How one schema registry of a cluster is reached, and the state of its mirror: last pass, result and cost."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="registries")
    name = models.CharField(max_length=100, default=DEFAULT_REGISTRY)

    mirrored_url = models.CharField(max_length=500, blank=True, help_text="Whose subjects the rows are.")
    current_as_of = models.DateTimeField(null=True, help_text="When the subjects were last listed.")
    compatibility = models.CharField(max_length=40, blank=True, help_text="Of subjects without a level of their own.")
    mode = models.CharField(max_length=40, blank=True, help_text="Likewise; empty where the registry has no modes.")
    totals = models.JSONField(default=dict, help_text="Sums over its subjects, as of the last pass or change.")

    STATE = ("mirrored_url", "current_as_of", "error", "advice", "seconds", "requests", "compatibility", "mode")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["cluster", "name"], name="one_row_a_registry")]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.name}"

    @property
    def is_default(self) -> bool:
        """Whether it is used where no registry is named."""
        return self.name == DEFAULT_REGISTRY

    @property
    def other_names(self) -> list[str]:
        """The names of the cluster's other registries."""
        return list(self.cluster.registries.exclude(pk=self.pk).values_list("name", flat=True))

    def connection(self) -> RegistryConnection:
        return RegistryConnection(**self.connection_fields())


class Subject(models.Model):
    """A subject as last seen. What is None or empty has not been read yet, or is not known."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="subjects")
    registry = models.ForeignKey(SchemaRegistry, models.CASCADE, related_name="subjects")
    name = models.CharField(max_length=700)
    deleted = models.BooleanField(default=False, help_text="Deleted softly: its versions can be registered again.")
    context = models.CharField(max_length=255, blank=True, help_text="``.name`` of ``:.name:subject``; or empty.")
    type = models.CharField(max_length=20, blank=True)
    version = models.IntegerField(null=True, help_text="Its latest one.")
    versions = models.IntegerField(null=True, help_text="How many there are.")
    schema_id = models.BigIntegerField(null=True, help_text="Of the latest version.")
    record = models.CharField(max_length=500, blank=True, help_text="The full name of what the schema describes.")
    topic = models.CharField(max_length=700, blank=True, help_text="Which topic its name says that it is of.")
    compatibility = models.CharField(max_length=40, blank=True, help_text="Its own level; empty: the registry's.")
    error = models.TextField(blank=True, help_text="Why it could not be read.")
    read_at = models.DateTimeField(null=True, help_text="When all but its name was last read.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registry", "name"], name="one_row_a_subject")]
        indexes = [
            models.Index(fields=["cluster", "topic"], name="subject_by_topic"),
            models.Index(fields=["registry", "read_at"], name="subject_by_read_at"),
            *(
                models.Index(fields=["registry", "deleted", column], name=f"subject_by_{column}")
                for column in ("name", "type", "version", "versions", "schema_id", "compatibility", "context")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registry}: {self.name}"


class SchemaUse(models.Model):
    """A schema that the bytes of a topic's records name, as far as they were read here."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="schema_uses")
    registry = models.ForeignKey(SchemaRegistry, models.CASCADE, related_name="schema_uses")
    topic = models.CharField(max_length=249)
    schema_id = models.BigIntegerField()
    seen_at = models.DateTimeField(help_text="When such a record was last read, to the hour.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registry", "schema_id", "topic"], name="one_row_a_schema_and_topic")
        ]

    def __str__(self) -> str:
        return f"{self.registry}: {self.schema_id} in {self.topic}"


class ProtobufTypes(models.Model):
    """The Protobuf types of a cluster's records, from files: what formats like ``protobuf:shop.Order`` name."""

    cluster = models.OneToOneField("clusters.Cluster", models.CASCADE, primary_key=True, related_name="protobuf_types")
    files = models.JSONField(default=list, help_text="The names of the uploaded files.")
    messages = models.JSONField(default=list, help_text="Full names, in the order of the alphabet.")
    descriptors = models.BinaryField(help_text="A serialized FileDescriptorSet, each file after those it imports.")
    declared = models.BooleanField(default=False, help_text="They come from the configuration of the cluster.")
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Protobuf types of {self.cluster}"
