"""Our settings as Burrow's modules: a storage, evaluator and consumer per cluster. Never a secret."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from clusters.gateway.reading.offsets_topic import TOPIC
from clusters.models import Cluster
from lag.settings import settings_of

Module = dict[str, Any]


def servers(kafka_cluster: Cluster) -> list[str]:
    return [server.strip() for server in kafka_cluster.bootstrap_servers.split(",") if server.strip()]


def profile(kafka_cluster: Cluster) -> Module:
    connection = kafka_cluster.connection()
    tls = {
        "name": kafka_cluster.name,
        "noverify": not connection.checks_hostname,
        "certfile": "",
        "keyfile": "",
        "cafile": "",
    }
    sasl = {
        "name": kafka_cluster.name,
        "handshake-first": True,
        "username": kafka_cluster.username or kafka_cluster.oauth_client_id,
    }
    mirror = getattr(kafka_cluster, "mirror", None)
    return {
        "name": kafka_cluster.name,
        "client-id": "kafkaadmin",
        "kafka-version": mirror.version if mirror else "",
        "tls": tls if connection.uses_tls else None,
        "sasl": sasl if connection.uses_sasl else None,
    }


def cluster(kafka_cluster: Cluster) -> Module:
    lag = settings_of(kafka_cluster)
    return {
        "class-name": "kafka",
        "servers": servers(kafka_cluster),
        "client-profile": profile(kafka_cluster),
        "topic-refresh": lag.topic_refresh,
        "offset-refresh": lag.offset_refresh,
    }


def consumer(kafka_cluster: Cluster) -> Module:
    return {
        "class-name": "kafka",
        "cluster": kafka_cluster.name,
        "servers": servers(kafka_cluster),
        "group-allowlist": settings_of(kafka_cluster).commit_allowlist,
        "zookeeper-path": "",
        "zookeeper-timeout": 0,
        "client-profile": profile(kafka_cluster),
        "offsets-topic": TOPIC,
        "start-latest": False,
    }


def storage(kafka_cluster: Cluster) -> Module:
    lag = settings_of(kafka_cluster)
    return {
        "class-name": "inmemory",
        "intervals": lag.intervals,
        "min-distance": lag.min_distance,
        "group-allowlist": lag.group_allowlist,
        "expire-group": lag.expire_group,
    }


def evaluator(kafka_cluster: Cluster) -> Module:
    return {"class-name": "caching", "expire-cache": settings_of(kafka_cluster).expire_cache}


KINDS: dict[str, Callable[[Cluster], Module]] = {
    "storage": storage,
    "evaluator": evaluator,
    "cluster": cluster,
    "consumer": consumer,
}


def main() -> Module:
    """Return the parts of the configuration that are not modules; what has no meaning here is left empty."""
    address = settings.BURROW_LISTEN or ""
    return {
        "general": {"pidfile": "", "stdout-logfile": "", "access-control-allow-origin": ""},
        "logging": {
            "filename": "",
            "max-size": 0,
            "max-backups": 0,
            "max-age": 0,
            "use-local-time": False,
            "use-compression": False,
            "level": "",
        },
        "zookeeper": {"servers": None, "timeout": 0, "root-path": ""},
        "httpserver": {"default": {"address": address, "tls": "", "timeout": 300}},
    }
