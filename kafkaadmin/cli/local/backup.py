"""Everything that Kafka cannot give again, in one file: users, grants, tokens, clusters, settings, audit log, history.

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


def backed_up_models() -> list[type[models.Model]]:
    """Return the models that a backup holds, those that others refer to first."""
    from django.apps import apps

    names = (
        "auth.Group", "auth.User", "accounts.Grant", "accounts.CompanyGroup", "accounts.TeamDeclaration",
        "accounts.Identity", "accounts.SecondFactor", "accounts.Passkey", "accounts.AuditEntry", "accounts.AuditAnchor",
        "accounts.AuditLink", "clusters.Cluster", "api.Token",
        "lag.LagSettings", "lag.AllowedLag", "lag.History", "metrics.MetricsSettings", "metrics.FindingRow",
        "metrics.Channel",
    )  # fmt: skip
    return [apps.get_model(name) for name in names]


def write(path: Path) -> int:
    """Write a backup and return how many objects it holds. Only its owner may read the file."""
    path.touch(mode=0o600)
    path.chmod(0o600)  # it may be there already, and be readable by others
    number = 0
    with transaction.atomic(), gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"kafkaadmin": __version__, "format": FORMAT}) + "\n")
        for model in backed_up_models():
            for row in model._default_manager.order_by("pk").iterator():
                file.write(with_former_name(serializers.serialize("jsonl", [row])))
                number += 1
    return number


def read(path: Path) -> int:
    """Restore a backup into a database without users and clusters, and return how many objects were restored.

    Raises:
        BackupRefused: the file is no backup, is newer than this program, or the database is in use.
    """
    if any(model._default_manager.exists() for model in backed_up_models()):
        raise BackupRefused("The database is in use. Restore into an empty data folder or database.")
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file, transaction.atomic():
            head = json.loads(file.readline())
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise BackupRefused(f"{path} is not a backup that this version of kafkaadmin can read.")
            objects = list(serializers.deserialize("jsonl", map(with_present_name, file)))
            for row in objects:
                row.save()
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
    """Set PostgreSQL's sequences beyond the restored primary keys."""
    from django.core.management.color import no_style
    from django.db import connection

    statements = connection.ops.sequence_reset_sql(no_style(), backed_up_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
