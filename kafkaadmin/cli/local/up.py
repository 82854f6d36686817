"""``kafkaadmin up``: web, worker and beat as one supervised command, on SQLite and a queue of files.

Everything is imported once, and the processes are forked from that: what they share is in memory once, and each starts
at once. Nothing is opened before the fork but the listening socket.
"""

import importlib
import os
import sys
from functools import partial
from pathlib import Path

import click

# What Celery imports only when a worker or beat starts.
WORKER = (
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.beat",
    "celery.concurrency.thread",
    "celery.worker.components",
    "celery.worker.consumer",
    "kombu.transport.filesystem",
)
SHARED = ("kafkaadmin.wsgi", "kafkaadmin.runtime.celery_processes", *WORKER)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=int)
@click.option("--data-dir", type=click.Path(file_okay=False), help="Data folder. [default: ./var]")
def up(host: str, port: int, data_dir: str | None) -> None:
    """Run everything on this host: web, worker and beat, restarted when they crash or hang."""
    if data_dir:
        os.environ["KAFKAADMIN_DATA_DIR"] = data_dir
    if host not in ("127.0.0.1", "localhost", "::1"):
        os.environ.setdefault("KAFKAADMIN_ALLOWED_HOSTS", "*")
    os.environ["KAFKAADMIN_LISTENS_ON"] = host
    from kafkaadmin.cli.local import processes

    listener = processes.listener_at(host, port)
    from core import environment as env
    from kafkaadmin.cli.local.supervisor import FORK, Supervisor, Work

    for module in SHARED:
        importlib.import_module(module)
    prepared = FORK.Process(target=processes.prepare)
    prepared.start()
    prepared.join()
    if prepared.exitcode:
        sys.exit(prepared.exitcode)
    works: dict[str, Work] = {
        "web": partial(processes.serve, processes.PAGES, listener, 8, "web"),
        "worker": processes.work,
        "beat": processes.keep_time,
    }
    listen = env.text("KAFKAADMIN_BURROW_LISTEN")
    if listen:
        works["burrow"] = partial(become_burrow, listen)
    click.echo(f"kafkaadmin is at http://{host}:{port}/  (Ctrl-C stops it)")
    sys.exit(Supervisor(works, Path(env.text("KAFKAADMIN_DATA_DIR")).resolve()).run())


def become_burrow(listen: str) -> None:
    """Replace this process by the listener of Burrow's paths, which has settings of its own."""
    arguments = [sys.executable, "-m", "kafkaadmin", "burrow", "--listen", listen]
    os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter
