"""One pass over a registry: list its subjects, and read some of them again.

A registry does not tell what changed. So a pass costs four requests for the lists and the settings of all, and three
for each of at most ``PER_PASS`` subjects: first those that were never read, then those that were read longest ago.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.gateway.registry import subjects as kafka
from clusters.gateway.registry.client import Registry
from clusters.gateway.rest import TooManyRequests
from clusters.inventory.schema_uses import forget_uses
from clusters.models import SchemaRegistry, Subject
from clusters.schemas.naming import context_of, record_name, topic_of
from clusters.schemas.totals import store_totals

PER_PASS = 100
CHUNK = 500  # rows of one statement
SECONDS = 20.0
RESERVE = 5.0  # of these, for the last subject that is read
LONGEST = 700  # characters of a name


class RegistryPass:
    """One pass over one registry."""

    def __init__(self, row: SchemaRegistry, registry: Registry, started: datetime) -> None:
        self.row, self.registry, self.started = row, registry, started
        self.subjects = Subject.objects.filter(registry=row)

    def run(self) -> None:
        """Read and write.

        Raises:
            KafkaFailure: the registry cannot be reached, or is none; what was read before stays.
        """
        if self.row.mirrored_url != self.row.url:  # these are another registry's subjects
            self.subjects.delete()
            forget_uses(self.row, all_of_them=True)
            self.row.mirrored_url, self.row.current_as_of = self.row.url, None
        self.write_names(kafka.list_subjects(self.registry))
        self.row.compatibility = kafka.compatibility(self.registry)
        self.row.mode = kafka.mode(self.registry)
        self.row.current_as_of = timezone.now()
        forget_uses(self.row)
        for name, read_at in self.next_ones():
            if self.registry.seconds_left < RESERVE:  # it is slow, not away: the next pass goes on
                return
            try:
                self.read(name, read_at)
            except TooManyRequests:  # so it does here
                return

    def write_names(self, names: Mapping[str, bool]) -> None:
        """Add and remove rows, and mark those that are deleted softly; what was changed meanwhile is left alone."""
        names = {name: deleted for name, deleted in names.items() if len(name) <= LONGEST and "\0" not in name}
        stored = {name: (pk, deleted) for pk, name, deleted in self.subjects.values_list("pk", "name", "deleted")}
        added = [
            Subject(cluster_id=self.row.cluster_id, registry=self.row, name=name, deleted=deleted, **said_by(name))
            for name, deleted in names.items()
            if name not in stored
        ]
        Subject.objects.bulk_create(added, batch_size=CHUNK, ignore_conflicts=True)
        unchanged = self.subjects.exclude(read_at__gt=self.started)
        for pks in chunks([pk for name, (pk, _) in stored.items() if name not in names]):
            unchanged.filter(pk__in=pks).delete()
        for now_deleted in (False, True):
            turned = [
                pk
                for name, (pk, deleted) in stored.items()
                if deleted != now_deleted and names.get(name) is now_deleted
            ]
            for pks in chunks(turned):
                unchanged.filter(pk__in=pks).update(deleted=now_deleted, read_at=None)

    def next_ones(self) -> list[tuple[str, datetime | None]]:
        """Return the subjects to read in this pass; one that is deleted has nothing to read."""
        rows = self.subjects.filter(deleted=False).order_by(F("read_at").asc(nulls_first=True), "name")
        return list(rows.values_list("name", "read_at")[:PER_PASS])

    def read(self, name: str, read_at: datetime | None) -> None:
        """Read one subject again, unless its row was written meanwhile.

        Raises:
            KafkaFailure: the registry cannot be reached any more.
        """
        try:
            values = described(self.registry, name)
        except KafkaFailure as failure:
            if self.registry.failure:
                raise
            values = {"error": failure.sentence}
        self.subjects.filter(name=name, read_at=read_at).update(**values, read_at=timezone.now())


def described(registry: Registry, name: str) -> dict[str, Any]:
    """Return the values of a subject's row.

    Raises:
        KafkaFailure: with the cause.
    """
    description = kafka.describe(registry, name)
    record = record_name(description.latest.kind, description.latest.text)
    return {
        "type": description.latest.kind[:20],
        "version": description.latest.version,
        "versions": len(description.versions),
        "schema_id": description.latest.id,
        "record": record,
        **said_by(name, record),
        "compatibility": description.compatibility,
        "error": "",
    }


def subject_changed(row: SchemaRegistry, registry: Registry, name: str) -> None:
    """Show a change of a subject through us at once; if the registry does not answer now, the next pass will."""
    subjects = Subject.objects.filter(registry=row)
    with suppress(KafkaFailure):
        values = present_values(registry, name)
        if values is None:
            subjects.filter(name=name).delete()
        else:
            values |= {"cluster": row.cluster, "read_at": timezone.now()}
            subjects.update_or_create(registry=row, name=name, defaults=values)
    store_totals(row)


def settings_changed(row: SchemaRegistry, registry: Registry, name: str) -> None:
    """Show new settings of a subject, or of all without their own, at once."""
    if name:
        subject_changed(row, registry, name)
        return
    with suppress(KafkaFailure):
        values = {"compatibility": kafka.compatibility(registry), "mode": kafka.mode(registry)}
        SchemaRegistry.objects.filter(pk=row.pk).update(**values)


def present_values(registry: Registry, name: str) -> dict[str, Any] | None:
    """Return the values of a subject's row; None where there is no such subject, not even a deleted one.

    Raises:
        KafkaFailure: with the cause.
    """
    try:
        return {**described(registry, name), "deleted": False}
    except NotFound:
        return {"deleted": True} if kafka.list_subjects(registry).get(name) else None


def said_by(name: str, record: str = "") -> dict[str, str]:
    """Return what a subject's name says."""
    return {"topic": topic_of(name, record), "context": context_of(name)[:255]}


def chunks(pks: list[int]) -> list[list[int]]:
    return [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
