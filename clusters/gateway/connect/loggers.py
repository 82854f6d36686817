"""Levels of the workers' loggers."""

from dataclasses import dataclass
from typing import Any

from clusters.gateway.connect.client import Connect
from clusters.gateway.rest import segment

FEATURE = "levels of loggers"
LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF")


@dataclass(frozen=True)
class Logger:
    """A logger and its level."""

    name: str
    level: str


def list_loggers(connect: Connect) -> tuple[Logger, ...]:
    """Return the loggers whose level is set, of the worker that answers.

    Raises:
        KafkaFailure: with the cause; NotSupported before Kafka 2.4.
    """
    content = connect.send("GET", "/admin/loggers", feature=FEATURE)
    if not isinstance(content, dict):
        raise connect.not_a_worker()
    return tuple(Logger(str(name), level_of(level)) for name, level in sorted(content.items()))


def level_of(content: Any) -> str:
    return str(content.get("level") or "") if isinstance(content, dict) else str(content)


def set_level(connect: Connect, name: str, level: str) -> None:
    """Set a logger's level on all workers; before Kafka 3.7 on the one that answers.

    Raises:
        KafkaFailure: with the cause.
    """
    path = f"/admin/loggers/{segment(name)}?scope=cluster"
    connect.send("PUT", path, f"logger {name}", body={"level": level}, feature=FEATURE)
