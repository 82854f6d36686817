"""The schema registries in which the records of a topic name their schemas, to read and to write them.

It is the one that a format names (``schema:new``): the chosen format, else the topic's own; else the default registry.
"""

from functools import cached_property

from clusters.formats.catalogue import registry_in
from clusters.formats.registered import MissingRegistry
from clusters.formats.rules import format_for, read_rules
from clusters.formats.schemas import Schemas
from clusters.gateway.errors import InvalidRequest
from clusters.gateway.registry.client import RegistryConnection
from clusters.gateway.registry.schemas import RegistrySchemas
from clusters.inventory.schema_uses import NotedSchemas
from clusters.models import DEFAULT_REGISTRY, Cluster, SchemaRegistry
from core.database.prepared import Parameter, Prepared

REGISTRIES = Prepared(SchemaRegistry.objects.filter(cluster=Parameter("cluster")))
NO_REGISTRY = InvalidRequest("The cluster has no schema registry.", "Enter its URL in the cluster's form.")


class TopicRegistries:
    """The registries of a cluster for the records of one topic, read when they are needed."""

    def __init__(self, cluster: Cluster, topic: str) -> None:
        self.cluster, self.topic = cluster, topic
        self.schemas_by_name: dict[str, NotedSchemas] = {}

    @cached_property
    def rows(self) -> dict[str, SchemaRegistry]:
        return {row.name: row for row in REGISTRIES.rows(cluster=self.cluster.pk)}

    def name_for(self, part: str, chosen: str = "") -> str:
        """Return the name of the registry for a ``key`` or a ``value``."""
        topics_own, _ = format_for(read_rules(self.cluster.formats), self.topic, part)
        return registry_in(chosen) or registry_in(topics_own) or DEFAULT_REGISTRY

    def note(self, part: str, chosen: str = "") -> str:
        """Return what a plan says of the registry; nothing of the default one."""
        name = self.name_for(part, chosen)
        return "" if name == DEFAULT_REGISTRY else f", registry {name}"

    def connection(self, part: str, chosen: str = "") -> RegistryConnection:
        """Return how the registry for a key or a value is reached.

        Raises:
            InvalidRequest: the cluster has no such registry.
        """
        name = self.name_for(part, chosen)
        if name in self.rows:
            return self.rows[name].connection()
        if name == DEFAULT_REGISTRY:
            raise NO_REGISTRY
        missing = MissingRegistry(name).error
        raise InvalidRequest(str(missing), missing.advice)

    def schemas(self, part: str, chosen: str = "") -> Schemas | None:
        """Return the schemas that a key or a value may name; None where the cluster has no default registry."""
        name = self.name_for(part, chosen)
        if name not in self.rows:
            return None if name == DEFAULT_REGISTRY else MissingRegistry(name)
        if name not in self.schemas_by_name:
            row = self.rows[name]
            self.schemas_by_name[name] = NotedSchemas(row, self.topic, RegistrySchemas(row.connection()))
        return self.schemas_by_name[name]
