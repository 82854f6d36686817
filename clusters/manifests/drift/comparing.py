"""Comparing a cluster with the manifest that is kept for it: a few queries, and its topics' configs from Kafka."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from clusters.gateway.errors import KafkaFailure
from clusters.manifests.differences import differences
from clusters.manifests.drift import entries as drift
from clusters.manifests.drift.entries import DriftEntry
from clusters.manifests.drift.inventory import known
from clusters.manifests.reading import read
from clusters.manifests.resources import ACLS, QUOTAS, TOPICS, USERS, Manifest, NotAManifest
from clusters.manifests.state import sections_of
from clusters.models import ClusterManifest, Mirror

NOT_KNOWN = "The cluster was not read yet."


@dataclass(frozen=True)
class Comparison:
    """What a comparison found, or why it was not possible; what was not compared stays as it was."""

    entries: tuple[DriftEntry, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    error: str = ""

    def values(self) -> dict[str, Any]:
        """Return the values of the row."""
        if self.error:
            return {"error": self.error}
        rows = drift.stored(self.entries[: drift.MOST])
        return {"entries": rows, "total": len(self.entries), "unread": list(map(list, self.unread)), "error": ""}


def compare(row: ClusterManifest, now: datetime) -> Comparison:
    """Compare a cluster with its manifest."""
    mirror = Mirror.objects.filter(cluster=row.cluster_id).first()
    if mirror is None or mirror.current_as_of is None or mirror.error:
        return Comparison(error=mirror.error if mirror and mirror.error else NOT_KNOWN)
    try:
        manifest = read(row.text)
        inventory = known(row.cluster, mirror, manifest, sections_of(manifest))
    except NotAManifest as error:
        return Comparison(error=str(error))
    except KafkaFailure as failure:
        return Comparison(error=failure.sentence)
    compared = differences(without(manifest, inventory.unread), inventory.present, remove=row.remove)
    former = drift.loaded(row.entries)
    present = drift.with_times(drift.entries_of(compared, inventory.present), former, now.isoformat())
    entries = [*present, *drift.of_sections(former, inventory.unread)]
    return Comparison(tuple(entries), tuple(inventory.unread.items()))


def without(manifest: Manifest, sections: Iterable[str]) -> Manifest:
    """Return a manifest that says nothing of some sections."""
    empty: dict[str, Any] = {TOPICS: {}, ACLS: frozenset(), USERS: {}, QUOTAS: {}}
    fields: dict[str, Any] = {section: empty[section] for section in sections}
    if ACLS in fields:
        fields["principals"] = frozenset()
    return replace(manifest, sections=manifest.sections.difference(sections), **fields)
