"""Testing the schema registry's settings, beside the test of the connection to Kafka."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.probe.connection_test import Verdict, probe
from clusters.gateway.registry.client import Registry, RegistryConnection
from core.web.formats import plural


@dataclass(frozen=True, slots=True)
class RegistryVerdict:
    """The result of a test of a schema registry."""

    ok: bool
    sentence: str
    advice: str = ""


def probe_registry(connection: RegistryConnection) -> RegistryVerdict:
    """Test a registry's settings. Always answers within its deadline, and never raises."""
    try:
        subjects = Registry(connection).subjects()
    except KafkaFailure as failure:
        return RegistryVerdict(False, failure.sentence, failure.advice)
    return RegistryVerdict(True, f"Schema registry: connected, {plural(len(subjects), 'subject')}.")


def probe_both(connection: Connection, registry: RegistryConnection | None) -> tuple[Verdict, RegistryVerdict | None]:
    """Test Kafka and the registry, where there is one, at once."""
    if registry is None:
        return probe(connection), None
    with ThreadPoolExecutor(1) as pool:
        registry_verdict = pool.submit(probe_registry, registry)
        return probe(connection), registry_verdict.result()
