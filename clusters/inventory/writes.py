"""Writing inventory rows as a difference: an unchanged cluster costs only reads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model

from clusters.inventory.rows import Row, difference
from clusters.models import Cluster, Mirror


class Overtaken(Exception):
    """Something was changed through us since the run began: what it read is older than what is stored."""


@contextmanager
def unless_overtaken(mirror: Mirror) -> Iterator[None]:
    """Write in one transaction, locking the mirror's row so that no change comes in between.

    Raises:
        Overtaken: a change was made, or the lease was lost, since ``mirror`` was read.
    """
    with transaction.atomic():
        present = Mirror.objects.select_for_update().get(pk=mirror.pk)
        if (present.changes, present.fence) != (mirror.changes, mirror.fence):
            raise Overtaken
        yield


def write(model: type[Model], cluster: Cluster, key: tuple[str, ...], target: Mapping[Any, Row]) -> int:
    """Make a cluster's rows of ``model`` equal to ``target`` and return how many rows were written.

    ``key`` names the fields that identify a row; ``target`` has their values (a tuple if several) as its keys.
    """
    manager = model._default_manager.filter(cluster=cluster)
    names = [field.name for field in model._meta.concrete_fields if field.name not in {"cluster", *key}]

    def key_of(row: Row) -> Any:
        return tuple(row[name] for name in key) if len(key) > 1 else row[key[0]]

    stored = {key_of(row): row for row in manager.values("pk", *key, *names)}
    change = difference(stored, target)
    removed = [stored[row_key]["pk"] for row_key in change.remove]
    for start in range(0, len(removed), 500):
        manager.filter(pk__in=removed[start : start + 500]).delete()
    model._default_manager.bulk_create(
        [model(cluster=cluster, **identity(key, row_key), **row) for row_key, row in change.add.items()],
        batch_size=500,
    )
    for fields, objects in by_fields(model, change.alter, stored).items():
        model._default_manager.bulk_update(objects, fields, batch_size=200)
    return len(change.add) + len(change.alter) + len(change.remove)


def identity(key: tuple[str, ...], value: Any) -> Row:
    return dict(zip(key, value if len(key) > 1 else (value,), strict=True))


def by_fields(
    model: type[Model], alter: Mapping[Any, Row], stored: Mapping[Any, Row]
) -> dict[tuple[str, ...], list[Model]]:
    """Group changed rows by their changed fields, for one bulk update each."""
    groups: dict[tuple[str, ...], list[Model]] = {}
    for key, row in alter.items():
        groups.setdefault(tuple(sorted(row)), []).append(model(pk=stored[key]["pk"], **row))
    return groups
