"""Migrates an empty database to before registries had rows, fills it, migrates it on, and prints what became of it."""

import json
import os
from typing import Any

import django
from django.utils import timezone

BEFORE, AFTER = [("clusters", "0021_approvals")], [("clusters", "0022_registries")]


def migrated(target: list[tuple[str, str]]) -> Any:
    """Return the models as they are after migrating."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader

    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)  # step by step, as an old database is
    return executor.migrate(target).apps


def fill(apps: Any) -> None:
    from core.encryption import SecretValues

    model = apps.get_model
    with_registry = model("clusters", "Cluster").objects.create(
        slug="a", name="a", bootstrap_servers="a:1", registry_url="https://r1,https://r2", registry_username="me",
        registry_verify=False, registry_oauth_scope="s",
        secrets=SecretValues(password="of-kafka", registry_password="of-registry", registry_token="token"),
    )  # fmt: skip
    without = model("clusters", "Cluster").objects.create(slug="b", name="b", bootstrap_servers="b:1")
    model("clusters", "RegistryMirror").objects.create(
        cluster=with_registry, url="https://r1,https://r2", compatibility="FULL", totals={"count": 1}
    )
    for cluster in (with_registry, without):
        model("clusters", "Subject").objects.create(cluster=cluster, name="orders-value", version=3)
        model("clusters", "SchemaUse").objects.create(
            cluster=cluster, topic="orders", schema_id=7, seen_at=timezone.now()
        )


def outcome(apps: Any) -> dict[str, Any]:
    model = apps.get_model
    (row,) = model("clusters", "SchemaRegistry").objects.all()
    return {
        "registry": [row.cluster.name, row.name, row.url, row.username, row.verify, row.oauth_scope, row.mirrored_url],
        "state": [row.compatibility, row.totals],
        "secrets": [dict(cluster.secrets) for cluster in model("clusters", "Cluster").objects.order_by("name")],
        "registry_secrets": dict(row.secrets),
        "subjects": list(model("clusters", "Subject").objects.values_list("registry__name", "name", "version")),
        "uses": list(model("clusters", "SchemaUse").objects.values_list("registry__name", "topic", "schema_id")),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kafkaadmin.settings")
    django.setup()
    fill(migrated(BEFORE))
    print(json.dumps(outcome(migrated(AFTER))))
