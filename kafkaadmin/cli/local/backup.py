"""What cannot be learnt again, in one file: people, grants, tokens, clusters, settings, channels, audit log, history.

The inventory and the windows of lag are left out: Kafka gives them again. Secrets stay encrypted, so that a backup is
of use only together with KAFKAADMIN_SECRET_KEY.
"""

import gzip
import json
from pathlib import Path

from django.core import serializers
from django.db import models, transaction

from kafkaadmin import __version__

FORMAT = 1
# How a line begins, by model: in a backup, a model keeps the name that it had in the first version of the format.
RENAMED = {'{"model": "metrics.findingrow"': '{"model": "metrics.finding"'}


class BackupRefused(Exception):
    """A backup cannot be used; the message says why."""


def kept() -> list[type[models.Model]]:
    """Return the models that a backup holds, those that others refer to first."""
    from django.apps import apps

    names = (
        "auth.Group", "auth.User", "accounts.Grant", "accounts.AuditEntry", "clusters.Cluster", "api.Token",
        "lag.LagSettings", "lag.AllowedLag", "lag.History", "metrics.MetricsSettings", "metrics.FindingRow",
        "metrics.Channel",
    )  # fmt: skip
    return [apps.get_model(name) for name in names]


def write(path: Path) -> int:
    """Write a backup and return how many objects it holds. The file is for its owner only."""
    path.touch(mode=0o600)
    number = 0
    with transaction.atomic(), gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"kafkaadmin": __version__, "format": FORMAT}) + "\n")
        for model in kept():
            for one in model._default_manager.order_by("pk").iterator():
                file.write(with_former_name(serializers.serialize("jsonl", [one])))
                number += 1
    return number


def read(path: Path) -> int:
    """Restore a backup into a database that has neither people nor clusters, and return how many objects came.

    Raises:
        BackupRefused: the file is no backup, is newer than this program, or the database is in use.
    """
    if any(model._default_manager.exists() for model in kept()):
        raise BackupRefused("The database is in use. Restore into a new one: an empty data folder or database.")
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file, transaction.atomic():
            head = json.loads(file.readline())
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise BackupRefused(f"{path} is no backup that this version of kafkaadmin reads.")
            objects = list(serializers.deserialize("jsonl", map(with_present_name, file)))
            for one in objects:
                one.save()
            advance_numbers()
    except (OSError, EOFError, ValueError, serializers.base.DeserializationError) as error:
        raise BackupRefused(f"{path} cannot be read: {error}") from error
    return len(objects)


def with_former_name(line: str) -> str:
    """Return a line of a backup with the model's name that the format has."""
    for present, former in RENAMED.items():
        if line.startswith(present):
            return former + line.removeprefix(present)
    return line


def with_present_name(line: str) -> str:
    """Return a line of a backup with the name that the model has now."""
    for present, former in RENAMED.items():
        if line.startswith(former + ","):
            return present + line.removeprefix(former)
    return line


def advance_numbers() -> None:
    """Have PostgreSQL give numbers beyond those that were restored."""
    from django.core.management.color import no_style
    from django.db import connection

    statements = connection.ops.sequence_reset_sql(no_style(), kept())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
