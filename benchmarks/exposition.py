"""How fast ``/metrics`` is for 7,500 group partitions: ``python -m benchmarks.exposition``. Times are CPU seconds."""

import os
import statistics
import tempfile
import time

GROUPS, PARTITIONS = 375, 20


def main() -> None:
    """Print one line per measure."""
    os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill()
    from core.memory import settle
    from lag.burrow import exposition
    from lag.models import Shard

    exposition.text()
    settle()
    times = []
    for ticks in range(2, 11):
        Shard.objects.update(ticks=ticks)
        times.append(timed(exposition.text))
    line("after a tick", statistics.median(times))
    line("nothing changed", timed(exposition.text))


def fill() -> None:
    """Store groups as a tick does."""
    from django.utils import timezone

    from clusters.models import Cluster
    from lag.models import Shard, WatchedGroup

    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="b:1")
    Shard.objects.create(cluster=cluster, ticks=1)
    slots = [[1, 5, 1000, 1.0, 0.5]] * PARTITIONS
    WatchedGroup.objects.bulk_create(
        WatchedGroup(
            cluster=cluster,
            name=f"group-{number}",
            source=0,
            status=1,
            since=timezone.now(),
            complete=1,
            total_lag=100,
            max_lag=5,
            partitions=PARTITIONS,
            bad=0,
            last_commit_ms=0,
            judged_at=timezone.now(),
            windows=b"",
            verdict={f"topic-{number}": slots},
        )
        for number in range(GROUPS)
    )


def timed(work: object) -> float:
    """Return the CPU seconds of one call: that is how long a scrape waits."""
    start = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - start


def line(name: str, seconds: float) -> None:
    print(f"/metrics of {GROUPS * PARTITIONS:,} group partitions, {name:<20}{seconds * 1000:8.1f} ms", flush=True)


if __name__ == "__main__":
    main()
