"""The demo's ports. That they are free is seen before anything starts."""

from contextlib import suppress
from dataclasses import asdict

from kafkaadmin.runtime.port_holder import holder_of
from kafkaadmin.runtime.web_server import listen
from tests.demo.prometheus import PORT
from tests.kafka.cluster import KafkaCluster
from tests.prometheus import installed


def needed(port: int, brokers: int) -> dict[int, str]:
    """Return what needs which port: kafkaadmin, and with brokers of the demo's own these and a Prometheus."""
    ports = {port: "kafkaadmin"}
    if brokers and installed():
        ports[PORT] = "Prometheus"
    for number, own in enumerate(KafkaCluster.ports(brokers, demo=True, exporters=True), start=1):
        ports |= dict.fromkeys(filter(None, asdict(own).values()), f"Kafka's broker {number}")
    return ports


def taken(ports: dict[int, str]) -> list[str]:
    """Return a sentence for each port that cannot be had, with who has it."""
    return [
        f"Port {port}, which {part} needs, is taken{f' by {holder}' if (holder := holder_of(port)) else ''}."
        for port, part in ports.items()
        if not is_free(port)
    ]


def is_free(port: int) -> bool:
    """Tell whether a port can be listened on."""
    with suppress(OSError), listen("127.0.0.1", port):
        return True
    return False
