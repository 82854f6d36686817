"""The labels that prometheus-community's jobs give Bitnami's brokers, and a Prometheus that scrapes so."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from metrics.sources.prometheus import Prometheus as Source
from tests.kafka.ports import free_ports
from tests.kafka.waiting import eventually
from tests.metrics import fixtures
from tests.metrics.servers import says, serving
from tests.prometheus import Job, Prometheus

CHART = {"app_kubernetes_io_instance": "my-kafka", "app_kubernetes_io_managed_by": "Helm",
         "app_kubernetes_io_name": "kafka", "helm_sh_chart": "kafka-21.4.6"}  # fmt: skip
PODS, ENDPOINTS = "kubernetes-pods", "kubernetes-service-endpoints"
MODES = {"both": (PODS, ENDPOINTS), "pods": (PODS,), "endpoints": (ENDPOINTS,)}
BROKERS = (0, 1, 2)
LEADERS, ORDERS = 7, 207_651 + 207_662 + 214_634  # partitions led, and bytes of a topic, at each broker
CONTROLLER = "kafka_controller_kafkacontroller_activecontrollercount_value 1.0"


def host(broker: int) -> str:
    """Return a broker's host, as the chart has it advertised."""
    return f"my-kafka-{broker}.my-kafka-headless.kafka.svc.cluster.local"


def ip(broker: int) -> str:
    """Return the address of a broker's pod."""
    return f"10.1.0.{broker}"


def labels(job: str, broker: int, namespace: str) -> dict[str, str]:
    """Return what a job adds to a broker's series."""
    labels = CHART | {"instance": f"{ip(broker)}:5556", "namespace": namespace, "node": f"worker-{broker}"}
    if job == PODS:
        pod = f"my-kafka-{broker}"
        own = {"controller_revision_hash": "my-kafka-5c9d8f7b6d", "statefulset_kubernetes_io_pod_name": pod}
        return labels | own | {"pod": pod, "app_kubernetes_io_component": "kafka"}
    return labels | {"service": "my-kafka-jmx-metrics", "app_kubernetes_io_component": "metrics"}


def jobs(urls: list[str]) -> list[Job]:
    """Return both jobs: in one namespace both scrape the brokers, in two others one of them alone."""
    return [
        {
            "job_name": job,
            "static_configs": [
                {"targets": [urls[broker].removeprefix("http://")], "labels": labels(job, broker, mode)}
                for mode, used in MODES.items() if job in used
                for broker in BROKERS
            ],
        }
        for job in (PODS, ENDPOINTS)
    ]  # fmt: skip


@contextmanager
def scraped(folder: Path) -> Iterator[str]:
    """Give the address of a Prometheus that has scraped three brokers some times, of which the first controls."""
    text = fixtures.text("bitnami_34")
    assert CONTROLLER in text
    with ExitStack() as stack:
        answers = [text, *[text.replace(CONTROLLER, CONTROLLER.replace("1.0", "0.0"))] * 2]
        urls = [stack.enter_context(serving(says(answer, "text/plain; version=0.0.4"))) for answer in answers]
        (port,) = free_ports(1)
        server = Prometheus(folder, port, jobs(urls), interval="2s")
        server.start()
        stack.callback(server.stop)
        eventually(lambda: all_there(server.url), timeout=60)
        yield server.url


def all_there(url: str) -> bool:
    """Tell whether every target was scraped thrice."""
    return len([series for series in Source(url).query("count_over_time(up[5m]) > 2") if series.points]) == 4 * len(
        BROKERS
    )
