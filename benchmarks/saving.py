"""What a tick costs besides reading: judging, saving and loading 5,000 groups of 20 partitions. CPU seconds.

``python -m benchmarks.saving``, on SQLite or on ``DATABASE_URL``.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable

GROUPS, PARTITIONS, INTERVALS = 5_000, 20, 10


def main() -> None:
    """Print one line per measure."""
    os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from clusters.models import Cluster
    from lag.collecting import persistence
    from lag.collecting.verdict_rows import judge_all
    from lag.models import LagSettings, Shard
    from lag.records.commits import OffsetCommit
    from lag.records.partitioner import Partitioner
    from lag.types import EvaluatorSettings

    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="b:1")
    shard = Shard.objects.create(cluster=cluster)
    settings = LagSettings(cluster=cluster)
    store, ends, saved = persistence.load(shard, settings)
    now = int(timezone.now().timestamp() * 1000)
    for topic in range(GROUPS // 10):
        for partition in range(PARTITIONS):
            ends.broker.add(f"topic-{topic}", partition, PARTITIONS, 1_000_000)
        ends.changed.add(f"topic-{topic}")

    def commits(step: int) -> None:
        for group in range(GROUPS):
            for partition in range(PARTITIONS):
                place = (f"group-{group}", f"topic-{group // 10}", partition)
                store.commit(OffsetCommit(*place, 900_000 + step, now - 100_000 + step * 5_000, step), now)

    for step in range(INTERVALS):
        commits(step)
    line("memory of the process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    writer = persistence.ShardWriter(shard, saved, Partitioner(50))

    def judged() -> object:
        return judge_all(store, "c", lambda _: EvaluatorSettings(), ends, now)

    def save() -> None:
        group_verdicts = judge_all(store, "c", lambda _: EvaluatorSettings(), ends, now)
        writer.save(store, ends, persistence.Tick(group_verdicts, {}, {}, (), timezone.now()))

    line("judge all, every one lagging", f"{timed(judged):.2f} s")
    line("judge and save, everything new", f"{timed(save):.2f} s")
    line("judge and save, nothing changed", f"{timed(save):.2f} s")
    commits(INTERVALS)
    line("judge and save, every group changed", f"{timed(save):.2f} s")
    line("load", f"{timed(lambda: persistence.load(shard, settings)):.2f} s")


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def line(name: str, figure: str) -> None:
    print(f"{name:<50}{figure:>14}", flush=True)


if __name__ == "__main__":
    main()
