"""Our own records of schema registries, as tests need them."""

from typing import Any

from clusters.models import DEFAULT_REGISTRY, Cluster, SchemaRegistry


def set_registry(cluster: Cluster, url: str, name: str = DEFAULT_REGISTRY, **fields: Any) -> SchemaRegistry:
    """Add a registry to a cluster, or change it, and have it listed anew."""
    values = {"url": url, "due_at": None, **fields}
    return SchemaRegistry.objects.update_or_create(cluster=cluster, name=name, defaults=values)[0]


def local_with_registry(url: str, **fields: Any) -> Cluster:
    """Return a cluster without Kafka that has a registry."""
    cluster = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    set_registry(cluster, url, **fields)
    return cluster
