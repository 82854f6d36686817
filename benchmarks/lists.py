"""How fast list pages are with many rows: ``python -m benchmarks.lists``. Server time and SQL queries per request."""

import os
import statistics
import tempfile
import time
from datetime import timedelta
from functools import partial
from typing import Any

RUNS = 15
CONNECTORS = 2_000
PAGES = (
    "topics/", "topics/?sort=-messages", "topics/?sort=-size&page=40", "topics/?sort=-rate",
    "topics/?sort=-last_record_at", "topics/?sort=-groups", "topics/?q=orders-77", "topics/?unhealthy=1",
    "groups/", "groups/?sort=-lag", "groups/?q=billing", "schemas/", "schemas/?sort=-version&page=40",
    "schemas/?q=orders-77", "connectors/", "connectors/?sort=name&page=20", "connectors/?q=orders-0077",
    "lag/", "lag/?sort=-total_lag", "acls/", "",
)  # fmt: skip


def main() -> None:
    """Print one line per page, at 10,000 and at 100,000 topics."""
    os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    os.environ["KAFKAADMIN_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for topics, groups in ((10_000, 2_000), (100_000, 5_000)):
        fill(topics, groups)
        measure(topics, groups)


def fill(topics: int, groups: int) -> None:
    """Store a cluster of that size."""
    from django.utils import timezone

    from clusters.inventory.totals import totals_of
    from clusters.models import (
        AclEntry,
        Broker,
        Cluster,
        ConnectCluster,
        Connector,
        ConnectorTopic,
        Group,
        GroupTopic,
        Mirror,
        SchemaRegistry,
        Subject,
        Topic,
    )
    from clusters.schemas.totals import store_totals
    from lag.models import WatchedGroup

    Cluster.objects.all().delete()
    cluster = Cluster.objects.create(slug="big", name="big", bootstrap_servers="b:1")
    now = timezone.now()
    mirror = Mirror.objects.create(cluster=cluster, current_as_of=now, looked_at=now)
    registry = SchemaRegistry.objects.create(
        cluster=cluster, url="http://r:1", mirrored_url="http://r:1", current_as_of=now, compatibility="FULL"
    )
    Subject.objects.bulk_create(
        [
            Subject(
                cluster=cluster, registry=registry, name=f"orders-{number:06}-value", type="AVRO", version=number % 97,
                versions=number % 89, schema_id=number, topic=f"orders-{number:06}", read_at=now,
            )
            for number in range(topics)
        ],
        batch_size=500,
    )  # fmt: skip
    store_totals(registry)
    connect = ConnectCluster.objects.create(cluster=cluster, name="files", url="http://c:1", current_as_of=now)
    Connector.objects.bulk_create(
        [
            Connector(
                cluster=cluster, connect=connect, name=f"orders-{number:04}-to-s3", type="sink", state="RUNNING",
                plugin="io.example.S3SinkConnector", tasks=3, tasks_running=3 - int(number % 50 == 0),
                tasks_failed=int(number % 50 == 0), trouble=2 * int(number % 50 == 0), group=f"billing-{number:05}",
            )
            for number in range(CONNECTORS)
        ],
        batch_size=500,
    )  # fmt: skip
    ConnectorTopic.objects.bulk_create(
        [
            ConnectorTopic(cluster=cluster, connector=row, topic=f"orders-{(2 * number + other):06}")
            for number, row in enumerate(connect.connectors.order_by("name"))
            for other in range(2)
        ],
        batch_size=500,
    )
    Broker.objects.bulk_create(Broker(cluster=cluster, broker_id=number) for number in range(3))
    Topic.objects.bulk_create(
        [
            Topic(
                cluster=cluster, name=f"orders-{number:06}", partitions=5, replication=3, messages=number * 37 % 9973,
                size=number * 7919 % 104_729, under_min_isr=0, under_replicated=int(number % 1000 == 0),
                cleanup_policy="delete", rate=number * 13 % 997 / 10 if number % 5 else None,
                last_record_at=now - timedelta(seconds=number * 17 % 7919) if number % 3 else None,
            )
            for number in range(topics)
        ],
        batch_size=500,
    )  # fmt: skip
    Group.objects.bulk_create(
        [
            Group(
                cluster=cluster, name=f"billing-{number:05}", state="Stable", type="classic", members=3, topics=2,
                lag=number * 31 % 7919, lag_status=1 + number % 3, time_lag=1.5,
            )
            for number in range(groups)
        ],
        batch_size=500,
    )  # fmt: skip
    GroupTopic.objects.bulk_create(
        [
            GroupTopic(cluster=cluster, group=f"billing-{number:05}", topic=f"orders-{number * 7 % topics:06}", lag=1)
            for number in range(groups)
        ],
        batch_size=500,
    )
    WatchedGroup.objects.bulk_create(
        [
            WatchedGroup(
                cluster=cluster, name=f"billing-{number:05}", source=0, status=1 + number % 3, since=now, complete=1,
                total_lag=number, max_lag=number, partitions=20, bad=0, last_commit_ms=0, judged_at=now,
                windows=b"x" * 2000, verdict={},
            )
            for number in range(groups)
        ],
        batch_size=500,
    )  # fmt: skip
    AclEntry.objects.bulk_create(
        [
            AclEntry(
                cluster=cluster, principal=f"User:{number}", host="*", operation="READ", permission="ALLOW",
                resource_type="TOPIC", resource_name=f"orders-{number}", pattern_type="LITERAL",
            )
            for number in range(groups)
        ],
        batch_size=500,
    )  # fmt: skip
    mirror.totals = totals_of(cluster)
    mirror.save()


def measure(topics: int, groups: int) -> None:
    """Request every page a few times."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from core.memory import settle

    settle()  # as the web process does: what was made to fill the lists is no matter of theirs
    client = Client(headers={"Host": "localhost"})
    client.force_login(User.objects.filter(username="ada").first() or User.objects.create_superuser("ada"))
    print(f"\n{topics:,} topics, {groups:,} groups")
    for page in PAGES:
        path = f"/clusters/big/{page}"
        queries: list[str] = []
        with connection.execute_wrapper(partial(counted, queries)):
            status = client.get(path).status_code
        seconds = []
        for _ in range(RUNS):
            start = time.perf_counter()
            client.get(path)
            seconds.append(time.perf_counter() - start)
        line = f"{status} {statistics.median(seconds) * 1000:7.1f} ms {len(queries):3} queries"
        print(f"{page or 'overview':<34}{line}", flush=True)


def counted(seen: list[str], run: Any, sql: str, *rest: Any) -> Any:
    """Run a query and count it."""
    seen.append(sql)
    return run(sql, *rest)


if __name__ == "__main__":
    main()
