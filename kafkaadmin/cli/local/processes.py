"""One process each: web, worker, beat, and the migration that comes before them."""

import importlib
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from core import environment as env
from core.memory import limit_arenas
from kafkaadmin.runtime import heartbeat

PREPARING = 7_214_883_511  # any number that nobody else locks
PAGES = "kafkaadmin.wsgi"
BURROW = "kafkaadmin.burrow_wsgi"


def listener_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Raises:
        ClickException: the address cannot be had; it says who has it.
    """
    from kafkaadmin.runtime.port_holder import holder_of
    from kafkaadmin.runtime.web_server import is_taken, listen

    try:
        return listen(host, port)
    except OSError as error:
        if not is_taken(error):
            raise click.ClickException(f"kafkaadmin cannot listen on {host}:{port}: {error}") from error
        holder = f" by {holder}" if (holder := holder_of(port)) else ""
        raise click.ClickException(
            f"Port {port} on {host} is in use{holder}. Stop that process, or choose another port with --port."
        ) from error


def serve(module: str, listener: socket.socket, threads: int, name: str) -> None:
    """Serve an application until a signal."""
    from kafkaadmin.runtime.web_server import WebServer

    limit_arenas()
    application = importlib.import_module(module).application
    server = WebServer(application, listener, threads, is_alive=partial(heartbeat.touch, name))
    server.end_on_signals()
    server.run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=int)
@click.option("--threads", default=8, show_default=True, type=int, help="Requests served concurrently, per process.")
@click.option("--processes", default=1, show_default=True, type=int)
def web(host: str, port: int, threads: int, processes: int) -> None:
    """Serve the web UI."""
    from kafkaadmin.cli.local.supervisor import Supervisor

    os.environ["KAFKAADMIN_LISTENS_ON"] = host
    listener = listener_at(host, port)
    importlib.import_module(PAGES)
    if processes == 1:
        serve(PAGES, listener, threads, "web")
        return
    names = [f"web-{number}" for number in range(processes)]
    works = {name: partial(serve, PAGES, listener, threads, name) for name in names}
    sys.exit(Supervisor(works, Path(env.text("KAFKAADMIN_DATA_DIR")).resolve()).run())


@click.command()
@click.option("--listen", default=":8000", show_default=True, envvar="KAFKAADMIN_BURROW_LISTEN", help="[HOST]:PORT")
def burrow(listen: str) -> None:
    """Serve only Burrow's API and the metrics, on a separate port."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal():
        raise click.BadParameter(f"{listen} is not of the form [HOST]:PORT.")
    host = host.strip("[]")
    os.environ["KAFKAADMIN_LISTENS_ON"] = host
    serve(BURROW, listener_at(host, int(port)), 4, "burrow")


@click.command()
@click.option("--concurrency", default=8, show_default=True, type=int, help="Concurrent tasks.")
@click.option("--queues", default="default,lag", show_default=True, help="Queues to consume.")
def worker(concurrency: int, queues: str) -> None:
    """Run the background tasks."""
    sys.exit(work(concurrency, queues))


def work(concurrency: int = 8, queues: str = "default,lag") -> int:
    """Work on tasks until a signal. Returns the exit status."""
    heartbeat.touch("worker")
    limit_arenas()
    # Django's checks read the code of every page and of the API: a quarter of a worker's memory that no task needs.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    from kafkaadmin.runtime import celery_processes

    return celery_processes.worker(concurrency, queues)


@click.command()
def beat() -> None:
    """Schedule the background tasks. One process is enough; two do no harm."""
    sys.exit(keep_time())


def keep_time() -> int:
    """Send tasks at their times until a signal. Returns the exit status."""
    heartbeat.touch("beat")
    limit_arenas()
    from kafkaadmin.runtime import celery_processes

    return celery_processes.beat()


@click.command()
@click.option("--allow-refused", is_flag=True, help="Exit with 0 even if a cluster of the configuration is invalid.")
def migrate(allow_refused: bool) -> None:
    """Migrate the database, apply the configuration, and create the first administrator.

    If a cluster of the configuration is invalid, everything else is done, and the exit status is 1.
    """
    sys.exit(0 if prepare() or allow_refused else 1)


def prepare() -> bool:
    """Migrate, declare the configured clusters and teams, make the first administrator.

    Returns:
        Whether all clusters of the configuration could be used.
    """
    import django
    from django.conf import settings

    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command

    from accounts.declared_teams.sources import declare_teams
    from accounts.first_admin import ensure_first_admin
    from clusters.declaration.configuration import declare_configured

    with one_at_a_time():
        call_command("migrate", verbosity=0, interactive=False)
        application = declare_configured()
        first = ensure_first_admin()  # before users that a configuration declares, who may have its name
        team_sentences = declare_teams()
    for sentence in filter(None, (*application.sentences, *team_sentences, first)):
        click.echo(sentence)
    return not application.failures


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Have others who prepare the same PostgreSQL wait: replicas start at once, and migrations bear only one."""
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
