"""Documentation of configs, as brokers report it, kept by Kafka's version: it changes with releases only."""

import html
from collections.abc import Set

from django.utils.html import strip_tags

from clusters.gateway import config_docs
from clusters.gateway.config_docs import ConfigDoc
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster, Mirror

_kept: dict[tuple[str, int], dict[str, ConfigDoc]] = {}  # by version and kind of resource, then by config


def documentation(cluster: Cluster, kind: int, resource: str, names: Set[str]) -> dict[str, ConfigDoc]:
    """Return what brokers say about configs, by name; nothing where they do not."""
    version = Mirror.objects.filter(cluster=cluster).values_list("version", flat=True).first() or ""
    kept = _kept.get((version, kind), {})
    if names <= kept.keys():
        return kept
    try:
        docs = config_docs.describe(cluster.connection(), kind, resource)
    except KafkaFailure:
        return kept
    docs = {name: ConfigDoc(plain_text(doc.text), doc.type) for name, doc in docs.items()}
    if version:
        _kept[version, kind] = {**kept, **docs}
    return docs


def plain_text(markup: str) -> str:
    """Return documentation without its HTML."""
    return " ".join(html.unescape(strip_tags(markup)).split())
