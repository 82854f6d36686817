"""Ticks: a beat that finds due shards, and a task that does one round for a shard.

A shard's state lives in its owner's memory, so its ticks go to the owner's own queue while its lease holds. Once the
owner has fallen silent, they go to the common queue, and the worker that takes one becomes the owner.

A round runs in a thread of its own, which its task waits for until a deadline: rounds that hang use up none of the
threads that other clusters' tasks need.
"""

import threading
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import Task, shared_task
from celery.signals import celeryd_after_setup, task_postrun, worker_shutting_down
from celery.utils.log import get_task_logger
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.utils import timezone

from core.leasing import LeaseLost
from core.memory import borrowed
from core.work_threads import WorkThreads
from lag.collecting.collector import Collector
from lag.collecting.counters import count
from lag.models import Shard
from lag.settings import enabled_clusters

ROUNDS = 20  # per task, while there is a backlog
BEAT = 1.0  # seconds between two searches for due shards
DEADLINE = 30.0  # seconds that a task waits for its rounds; they go on without it
HOPELESS = 600.0  # seconds after which a round that hangs is given up; the lease has run out long before
MOST_GIVEN_UP = 3  # rounds of a shard: each keeps a thread for good
log = get_task_logger(__name__)
_collectors: dict[int, Collector] = {}
_running: dict[int, "Running"] = {}
_choosing = threading.Lock()
_threads = WorkThreads()
_me = {"name": "worker"}


@celeryd_after_setup.connect
def remember_name(sender: str, **_: object) -> None:
    """Remember this worker's name; its own queue is named after it."""
    _me["name"] = sender


@worker_shutting_down.connect
def let_go(**_: object) -> None:
    """Release all shards, so that another worker need not wait for the leases to run out."""
    for collector in list(_collectors.values()):
        collector.shard.release()


@task_postrun.connect
def count_task(task: Task[Any, Any], state: str | None, **_: object) -> None:
    count("celery", f"{task.name} {(state or 'unknown').lower()}")


@shared_task(name="lag.tasks.tick_due")
def tick_due() -> None:
    """Start a round for every due shard.

    A cluster that the inventory cannot reach either is left alone until it can: each attempt would hold up a worker for
    seconds.
    """
    now = timezone.now()
    unheard = Q(cluster__mirror=None) | Q(cluster__mirror__looked_at=None) | Q(cluster__mirror__error__gt="")
    silent = unheard & (Q(error__gt="") | Q(ticked_at=None))
    shards = list(Shard.objects.filter(Shard.due(now)).exclude(silent))
    if not shards:
        return
    Shard.objects.filter(pk__in=[shard.pk for shard in shards]).update(
        due_at=now + timedelta(seconds=settings.LAG_SECONDS)
    )
    for shard in shards:
        tick.apply_async((shard.pk,), expires=settings.LAG_SECONDS, queue=queue_for(shard, now))


@shared_task(name="lag.tasks.make_shards")
def make_shards() -> None:
    """Make sure that every cluster whose lag is collected has its shards, and no others. Mostly that only reads."""
    count = settings.LAG_SHARDS
    needed = {(pk, number) for pk in enabled_clusters().values_list("pk", flat=True) for number in range(count)}
    present = {(pk, number): counted for pk, number, counted in Shard.objects.values_list("cluster", "number", "count")}
    if any(counted != count for counted in present.values()):
        Shard.objects.exclude(count=count).update(count=count)
    if present.keys() - needed:
        Shard.objects.filter(Q(number__gte=count) | Q(cluster__lag_settings__enabled=False)).delete()
    missing = [Shard(cluster_id=pk, number=number, count=count) for pk, number in needed - present.keys()]
    Shard.objects.bulk_create(missing, ignore_conflicts=True)


def queue_for(shard: Shard, now: datetime) -> str:
    """Return the owner's own queue while it holds the shard, else the common one."""
    owned = shard.owner and settings.REDIS_URL and shard.is_leased(now)
    return f"{shard.owner}.dq" if owned else "lag"


@shared_task(name="lag.tasks.tick")
@borrowed()
def tick(shard_id: int) -> None:
    """Have rounds done for a shard, and wait for them until the deadline."""
    future = _threads.submit(partial(tick_in_thread, shard_id))
    if wait([future], DEADLINE).done:
        future.result()
        return
    log.warning("Shard %s has not finished within %.0f s; its round continues in the background.", shard_id, DEADLINE)
    future.add_done_callback(partial(log_late_end, shard_id))


def log_late_end(shard_id: int, future: "Future[None]") -> None:
    log.warning("Shard %s has finished after all.", shard_id, exc_info=future.exception())


def tick_in_thread(shard_id: int) -> None:
    """Do rounds in a thread that Celery knows nothing of, so that nobody else looks after its database connections."""
    close_old_connections()
    try:
        tick_shard(shard_id)
    finally:
        close_old_connections()


@dataclass(frozen=True)
class Running:
    """The round of a shard that has not come back: since when, and how many before it were given up."""

    begun: float
    given_up: int = 0


def begin(shard_id: int) -> Running | None:
    """Note that a round begins; None while an earlier one runs, unless that has hung for so long that it is given up.

    A round that is given up saves nothing should it come back: another one holds the shard then, under a new fence.
    """
    with _choosing:
        earlier, now = _running.get(shard_id), time.monotonic()
        if earlier is None:
            _running[shard_id] = Running(now)
        elif now - earlier.begun < HOPELESS or earlier.given_up == MOST_GIVEN_UP:
            return None
        else:
            log.error("The round of shard %s has hung for %.0f s and is given up.", shard_id, now - earlier.begun)
            _collectors.pop(shard_id, None)  # not closed: that might hang, too
            _running[shard_id] = Running(now, earlier.given_up + 1)
        return _running[shard_id]


def end(shard_id: int, running: Running) -> None:
    """Note that a round came back, unless it was given up meanwhile."""
    with _choosing:
        if _running.get(shard_id) is running:
            del _running[shard_id]


def tick_shard(shard_id: int) -> None:
    """Do rounds for a shard, if this worker owns it or nobody does. While an earlier one has not come back, do nothing.

    A failure half-way leaves memory ahead of the database or behind its own reader, so the next round loads it again.
    """
    running = begin(shard_id)
    if running is None:
        return
    try:
        collector = owned(shard_id)
        if collector is not None:
            rounds(collector)
    except LeaseLost:
        log.warning("Shard %s was taken over by another worker.", shard_id)
        if _running.get(shard_id) is running:
            drop(shard_id)
    except Exception:
        if _running.get(shard_id) is running:
            give_back(shard_id)
        raise
    finally:
        end(shard_id, running)


def rounds(collector: Collector) -> None:
    """Do a round, and more while there is a backlog to read.

    Raises:
        LeaseLost: another worker owns the shard.
    """
    begun = timezone.now()
    for _ in range(ROUNDS):
        collector.tick()
        if not collector.shard.unread or collector.shard.error:
            break
        collector.shard.renew(timezone.now())
    pause = timedelta(seconds=collector.shard.interval - BEAT / 2)
    with suppress(LeaseLost):
        collector.shard.save_if_held(due_at=begun + pause)


def owned(shard_id: int) -> Collector | None:
    """Return the shard's collector: the one in memory if its lease can be renewed, else a new one if it is free."""
    now = timezone.now()
    collector = _collectors.get(shard_id)
    if collector:
        try:
            collector.shard.renew(now)
        except LeaseLost:
            drop(shard_id)
        else:
            if not collector.is_outdated():
                return collector
            collector.shard.release()
            drop(shard_id)
    shard = Shard.take(shard_id, now, owner=_me["name"])
    if shard is None:
        return None
    _collectors[shard_id] = Collector(shard)
    return _collectors[shard_id]


def drop(shard_id: int) -> None:
    collector = _collectors.pop(shard_id, None)
    if collector:
        collector.close()


def give_back(shard_id: int) -> None:
    """Drop a shard from memory, and release it at once where the database can be reached."""
    collector = _collectors.get(shard_id)
    drop(shard_id)
    if collector:
        with suppress(DatabaseError):
            collector.shard.release()
