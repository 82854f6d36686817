"""The demo's metrics: a Prometheus where the machine has one, else the brokers' exporters themselves."""

import subprocess
from pathlib import Path

from tests.kafka.cluster import KafkaCluster
from tests.prometheus import Prometheus, installed, job

FOLDER = Path("var/demo/prometheus").resolve()
PORT = 9090


def settings(kafka: KafkaCluster, parts: "dict[str, subprocess.Popen[bytes]]") -> dict[str, object]:
    """Start what measures, and return what kafkaadmin is to know about it."""
    exporters = {str(node.id): f"127.0.0.1:{node.ports.jmx}" for node in kafka.nodes if node.ports.jmx}
    metrics_settings: dict[str, object] = {"type": "PROMETHEUS", "port": 5556, "exporters": exporters}
    if not installed() or not exporters:
        return metrics_settings
    prometheus = Prometheus(
        FOLDER, PORT, [job("kafka", list(exporters.values())), job("kafkaadmin", ["127.0.0.1:8080"])]
    )
    try:
        prometheus.start()
    finally:  # also if somebody ends the demo while it starts
        if prometheus.process:
            parts["prometheus"] = prometheus.process
    return {**metrics_settings, "matchers": 'job="kafka"', "store": {"prometheus": {"url": prometheus.url}}}
