"""Which topics' records have which schemas, as far as records were read here: their bytes name a schema by its id.

Names of subjects do not always say that: by RecordNameStrategy a subject is called as its record, of whatever topic.
"""

import time
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from clusters.formats.schemas import Schema, Schemas
from clusters.models import SchemaRegistry, SchemaUse

AGAIN = 3_600.0  # seconds after which a use is stored again
KEPT = timedelta(days=90)
MOST = 10_000  # uses that a process remembers to have stored
_stored: dict[tuple[int, str, str, int], float] = {}  # and when


class NotedSchemas:
    """A registry's schemas for the records of a topic: each that is there is stored as used."""

    def __init__(self, registry: SchemaRegistry, topic: str, schemas: Schemas) -> None:
        self.registry, self.topic, self.schemas = registry, topic, schemas

    def by_id(self, number: int) -> Schema:
        """Raises SchemaError: it is not to be had."""
        schema = self.schemas.by_id(number)
        if is_due((self.registry.pk, self.registry.url, self.topic, number)):
            store(self.registry, self.topic, number)
        return schema

    def by_guid(self, guid: str) -> Schema:
        """Raises SchemaError: it is not to be had."""
        return self.schemas.by_guid(guid)


def is_due(use: tuple[int, str, str, int]) -> bool:
    """Tell whether a use was not stored for a while, and remember that it will be."""
    now = time.monotonic()
    if now - _stored.get(use, -AGAIN) < AGAIN:
        return False
    if len(_stored) >= MOST:
        _stored.clear()
    _stored[use] = now
    return True


def store(registry: SchemaRegistry, topic: str, number: int) -> None:
    """Store a use; reading records does not fail where the database does."""
    with suppress(DatabaseError), transaction.atomic():
        SchemaUse.objects.update_or_create(
            registry=registry,
            topic=topic,
            schema_id=number,
            defaults={"cluster": registry.cluster, "seen_at": timezone.now()},
        )


def forget_uses(registry: SchemaRegistry, *, all_of_them: bool = False) -> None:
    """Delete the uses that were not seen for long; all of them where the ids are another registry's."""
    rows = SchemaUse.objects.filter(registry=registry)
    (rows if all_of_them else rows.filter(seen_at__lt=timezone.now() - KEPT)).delete()


def topics_by_schema(registry: SchemaRegistry, ids: Collection[int]) -> dict[int, list[SchemaUse]]:
    """Return the topics in whose records each of some schemas was seen."""
    uses: dict[int, list[SchemaUse]] = {}
    for use in SchemaUse.objects.filter(registry=registry, schema_id__in=set(ids)).order_by("topic"):
        uses.setdefault(use.schema_id, []).append(use)
    return uses
