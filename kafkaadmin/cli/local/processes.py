"""One process each: web, worker, beat, and the migration that comes before them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from kafkaadmin.runtime import heartbeat

# Seconds that an idle connection stays open: longer than proxies keep theirs (nginx and load balancers 60 s). Else they
# send into a connection that is being closed, and a request fails that must not be repeated.
KEEP_OPEN = "75"
WORKER = "kafkaadmin.runtime.gunicorn_worker.Worker"
PREPARING = 7_214_883_511  # any number that nothing else locks


def become(*arguments: str) -> None:
    """Replace this process by a Python module, so that signals reach it directly."""
    sys.stdout.flush()
    # With the default of eight arenas per core, each thread's peak memory stays in an arena of its own.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    os.execv(sys.executable, [sys.executable, "-m", *arguments])  # noqa: S606 - our own interpreter


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=int)
@click.option("--threads", default=8, show_default=True, type=int, help="Requests served at once, per process.")
@click.option("--processes", default=1, show_default=True, type=int)
def web(host: str, port: int, threads: int, processes: int) -> None:
    """Serve the pages."""
    os.environ["KAFKAADMIN_LISTENS_ON"] = host
    become(
        "gunicorn", "kafkaadmin.wsgi:application", "--bind", f"{host}:{port}", "--worker-class", WORKER,
        "--threads", str(threads), "--workers", str(processes), "--timeout", "60", "--graceful-timeout", "10",
        "--keep-alive", KEEP_OPEN, "--limit-request-line", "8190",
        "--log-level", "warning", "--no-control-socket",
    )  # fmt: skip


@click.command()
@click.option("--listen", default=":8000", show_default=True, envvar="KAFKAADMIN_BURROW_LISTEN", help="[HOST]:PORT")
def burrow(listen: str) -> None:
    """Serve Burrow's API and the metrics alone, on a port of their own."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal():
        raise click.BadParameter(f"{listen} is not of the form [HOST]:PORT.")
    os.environ["KAFKAADMIN_LISTENS_ON"] = host.strip("[]")
    become(
        "gunicorn", "kafkaadmin.burrow_wsgi:application", "--bind", f"{host or '0.0.0.0'}:{port}",  # noqa: S104
        "--worker-class", WORKER, "--threads", "4", "--timeout", "60", "--keep-alive", KEEP_OPEN,
        "--log-level", "warning", "--no-control-socket",
    )  # fmt: skip


@click.command()
@click.option("--concurrency", default=8, show_default=True, type=int, help="Tasks at once.")
@click.option("--queues", default="default,lag", show_default=True, help="What to work on.")
def worker(concurrency: int, queues: str) -> None:
    """Run the tasks that keep the picture current."""
    heartbeat.touch("worker")
    # Django's checks import every page and the API: a quarter of a worker's memory that no task needs.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    become("kafkaadmin.runtime.celery_processes", "worker", str(concurrency), queues)


@click.command()
def beat() -> None:
    """Start the tasks at their times. One is enough; two do no harm."""
    heartbeat.touch("beat")
    become("kafkaadmin.runtime.celery_processes", "beat")


@click.command()
def migrate() -> None:
    """Bring the database up to date, apply the configuration, and make the first administrator."""
    prepare()


def prepare() -> None:
    """Migrate, declare the configured clusters, make the first administrator."""
    import django
    from django.conf import settings

    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command

    from accounts.first_admin import ensure_first_admin
    from clusters.declaration.declared import declare_configured

    with one_at_a_time():
        call_command("migrate", verbosity=0, interactive=False)
        for sentence in declare_configured():
            click.echo(sentence)
        first = ensure_first_admin()
    if first:
        click.echo(first)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Make processes that prepare the same PostgreSQL wait for each other: migrations cannot run twice at once."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])
