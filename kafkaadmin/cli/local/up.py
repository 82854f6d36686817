"""``kafkaadmin up``: web, worker and beat as one supervised command, on SQLite and a queue of files."""

import os
import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=int)
@click.option("--data-dir", type=click.Path(file_okay=False), help="Where everything is kept. [default: ./var]")
def up(host: str, port: int, data_dir: str | None) -> None:
    """Run everything on this machine: pages, worker and beat, restarted when they die or hang."""
    if data_dir:
        os.environ["KAFKAADMIN_DATA_DIR"] = data_dir
    if host not in ("127.0.0.1", "localhost", "::1"):
        os.environ.setdefault("KAFKAADMIN_ALLOWED_HOSTS", "*")
    from core import environment as env
    from kafkaadmin.cli.local.supervisor import Supervisor

    kafkaadmin = [sys.executable, "-m", "kafkaadmin"]
    # In its own process, so that this one stays small.
    prepared = subprocess.run([*kafkaadmin, "migrate"], check=False)  # noqa: S603 - our own command
    if prepared.returncode:
        sys.exit(prepared.returncode)
    children = {
        "web": [*kafkaadmin, "web", "--host", host, "--port", str(port)],
        "worker": [*kafkaadmin, "worker"],
        "beat": [*kafkaadmin, "beat"],
    }
    listen = env.text("KAFKAADMIN_BURROW_LISTEN")
    if listen:
        children["burrow"] = [*kafkaadmin, "burrow", "--listen", listen]
    click.echo(f"kafkaadmin is at http://{host}:{port}/  (Ctrl-C stops it)")
    sys.exit(Supervisor(children, Path(env.text("KAFKAADMIN_DATA_DIR")).resolve()).run())
