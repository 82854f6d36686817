"""What passes over a schema registry and a Connect cluster cost: ``python -m benchmarks.registry_and_connect``.

The servers are processes of their own that answer from memory. Times are CPU seconds of the pass.
"""

import json
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SUBJECTS, CONNECTORS, TASKS, SETTINGS = 10_000, 2_000, 3, 20
FIELDS = [{"name": f"field{number}", "type": "long", "doc": "What it says."} for number in range(20)]
AVRO = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": FIELDS})


def main() -> None:
    """Print one line per measure."""
    os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    os.environ["KAFKAADMIN_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for name, answers, passes in (
        ("registry", registry_answer, registry_passes),
        ("connect", connect_answer, connect_passes),
    ):
        ports = multiprocessing.Queue()  # type: ignore[var-annotated]
        server = multiprocessing.Process(target=serve, args=(answers, ports), daemon=True)
        server.start()
        passes(name, f"http://127.0.0.1:{ports.get()}")
        server.terminate()


def serve(answer: Callable[[str], Any], ports: Any) -> None:
    """Answer requests until the process is ended."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content = answer(self.path)
            text = json.dumps({"error_code": 40401, "message": "none"} if content is None else content).encode()
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ports.put(server.server_address[1])
    server.serve_forever()


def registry_answer(path: str) -> Any:
    path = path.partition("?")[0]
    if path == "/subjects":
        return [f"orders-{number:06}-value" for number in range(SUBJECTS)]
    if path in {"/config", "/mode"}:
        return {"compatibilityLevel": "FULL", "mode": "READWRITE"}
    if path.endswith("/versions"):
        return list(range(1, 11))
    if path.endswith("/versions/latest"):
        return {"subject": path.split("/")[2], "version": 10, "id": 7, "schema": AVRO}
    return None


def connect_answer(path: str) -> Any:
    if path == "/":
        return {"version": "4.0.0", "commit": "x", "kafka_cluster_id": "x"}
    if path.startswith("/connectors?"):
        return {f"orders-{number:04}-to-s3": connector(f"orders-{number:04}-to-s3") for number in range(CONNECTORS)}
    topics = re.fullmatch("/connectors/([^/]+)/topics", path)
    return {topics[1]: {"topics": [f"{topics[1]}-a", f"{topics[1]}-b"]}} if topics else []


def connector(name: str) -> dict[str, Any]:
    config = {f"some.setting.{number}": f"value {number}" for number in range(SETTINGS)}
    tasks = [{"id": number, "state": "RUNNING", "worker_id": "10.0.0.1:8083"} for number in range(TASKS)]
    return {
        "info": {"name": name, "type": "source", "tasks": [],
                 "config": {**config, "connector.class": "io.example.S3Connector", "topics": f"{name}-a"}},
        "status": {"name": name, "connector": {"state": "RUNNING", "worker_id": "10.0.0.1:8083"}, "tasks": tasks},
    }  # fmt: skip


def registry_passes(name: str, url: str) -> None:
    from clusters.models import Cluster, SchemaRegistry
    from clusters.schemas.tasks import mirror_registry

    cluster = Cluster.objects.create(slug=name, name=name, bootstrap_servers="b:1")
    row = SchemaRegistry.objects.create(cluster=cluster, url=url)
    for measure in ("first pass", "each further pass", "each further pass"):
        timed(f"{SUBJECTS:,} subjects, {measure}", row, mirror_registry)


def connect_passes(name: str, url: str) -> None:
    from clusters.connect.tasks import mirror_connect
    from clusters.models import Cluster, ConnectCluster

    cluster = Cluster.objects.create(slug=name, name=name, bootstrap_servers="b:1")
    row = ConnectCluster.objects.create(cluster=cluster, name="files", url=url)
    for measure in ("first pass", "while topics are read", "while topics are read"):
        timed(f"{CONNECTORS:,} connectors, {measure}", row, mirror_connect)
    from django.utils import timezone

    row.connectors.update(topics_read_at=timezone.now())
    timed(f"{CONNECTORS:,} connectors, nothing else due", row, mirror_connect)
    print(f"answer with all connectors: {len(json.dumps(connect_answer('/connectors?')).encode()) / 2**20:.1f} MiB")


def timed(measure: str, row: Any, task: Callable[[int], None]) -> None:
    began, wall = time.process_time(), time.monotonic()
    task(row.pk)
    seconds, elapsed = time.process_time() - began, time.monotonic() - wall
    row.refresh_from_db()
    print(f"{measure:<48}{seconds:6.2f} s CPU {elapsed:6.2f} s, {row.requests} requests {row.error}", flush=True)


if __name__ == "__main__":
    main()
