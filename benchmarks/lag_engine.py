"""How fast the lag engine is on one core: ``python -m benchmarks.lag_engine``. Times are CPU seconds."""

import gc
import os
import random
import struct
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from lag.types import EvaluatorSettings, StorageSettings
from lag.verdicts.evaluator import evaluate_group
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.checkpoint import dump, load
from lag.windows.group_store import GroupStore
from lag.windows.shard import Shard
from lag.windows.timeline import Timeline

COMMITS = 500_000
PORTION = 50_000
GROUPS = 5_000
PARTITIONS = 20
INTERVALS = 10
NEW = GROUPS * PARTITIONS  # this many commits are the first of their group and partition
NOW_MS = 1_750_000_000_000
WEEK = 7 * 24 * 360
Record = tuple[bytes, bytes, int]
T = TypeVar("T")


def main() -> None:
    """Print one line per measure."""
    settings = StorageSettings(intervals=INTERVALS)
    shard = new_shard(settings)
    # In portions, so that the waiting records do not count as memory of the process afterwards.
    for text, start in (("each of a group and partition that is new", 0), ("of known ones", NEW)):
        count = NEW if not start else COMMITS
        portions = ([*commits(PORTION, at)] for at in range(start, start + count, PORTION))
        seconds = sum(timed(partial(apply, shard, portion))[0] for portion in portions)
        line(f"decode and apply commits, {text}", f"{count / seconds:,.0f} a second")
    seconds, _ = timed(lambda: apply(shard, commits(NEW * INTERVALS, NEW + COMMITS)))
    line("fill 100,000 windows of ten, records made on the way", f"{seconds:.2f} s")
    line("memory of the process", f"{memory_mb():,.0f} MB")
    for text, allowed in (("most in time", 60), ("all lagging", -1)):
        seconds, _ = timed(partial(judge, shard, allowed))
        line(f"judge {GROUPS * PARTITIONS:,} windows, {text}", f"{seconds:.2f} s")
    seconds, saved = timed(lambda: dump(shard))
    line("save a checkpoint of them", f"{seconds:.2f} s, {len(saved) / 1e6:.1f} MB")
    seconds, _ = timed(lambda: load(saved, settings, BrokerOffsets(INTERVALS)))
    line("load it", f"{seconds:.2f} s")
    seconds, history = timed(a_week)
    line(f"remember a week of end offsets, one in 10 s: {len(history)} samples", f"{WEEK / seconds:,.0f} a second")


def new_shard(settings: StorageSettings) -> Shard:
    """Return an empty shard that knows the end offsets of all topics."""
    broker = BrokerOffsets(settings.intervals)
    for group in range(GROUPS):
        for partition in range(PARTITIONS):
            for step in range(settings.intervals):
                broker.add(f"topic-{group % 500}", partition, PARTITIONS, 10_000_000 + step * 100)
    return Shard(GroupStore(settings, broker), {})


def commits(count: int, start: int = 0) -> Iterator[Record]:
    """Make records as Kafka 2.1 and later write them; the groups take turns."""
    rng = random.Random(7)
    for order in range(start, start + count):
        slot = order % (GROUPS * PARTITIONS)
        group, partition = divmod(slot, PARTITIONS)
        behind = rng.choice((0, 0, 0, 5, 50, 500))
        moment = NOW_MS - 600_000 + order * 500_000 // (GROUPS * PARTITIONS * INTERVALS)
        key = b"\0\1" + string(f"group-{group}") + string(f"topic-{group % 500}") + struct.pack(">i", partition)
        yield key, struct.pack(">hqihq", 3, 10_000_900 - behind, -1, 0, moment), order


def string(name: str) -> bytes:
    """Return a name with its length in front."""
    return struct.pack(">h", len(name)) + name.encode()


def apply(shard: Shard, records: list[Record] | Iterator[Record]) -> None:
    shard.apply_all(((0, order, key, value, NOW_MS) for key, value, order in records), NOW_MS)


def judge(shard: Shard, allowed_lag: int) -> None:
    """Read and judge every group."""
    settings = EvaluatorSettings(allowed_lag=allowed_lag)
    for group in shard.store.names():
        evaluate_group("c", group, shard.store.read(group, NOW_MS), settings, NOW_MS)


def a_week() -> Timeline:
    """Return the history of a partition with constant traffic."""
    history = Timeline()
    for step in range(WEEK):
        history.add(NOW_MS + step * 10_000, step)
    return history


def memory_mb() -> float:
    """Return the memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU seconds of the work, and its result."""
    gc.collect()
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def line(name: str, figure: str) -> None:
    print(f"{name:<60}{figure:>24}", flush=True)


if __name__ == "__main__":
    main()
