"""Requests that no client library has a method for, and requests to one named broker.

Kafka publishes its messages as JSON schemas (Apache License 2.0, see messages/NOTICE); kafka-python builds message
classes from them. This rests on its private connection manager, which is why its version is pinned: nothing outside
this module touches it.
"""

from functools import cache
from typing import Any

from clusters.gateway import clients, messages
from clusters.gateway.connection import Connection


@cache
def message(name: str) -> Any:
    """Return the class of a message by its schema's name, for example ``ShareGroupDescribeRequest``."""
    from kafka.protocol.api_message import ApiMessage

    return type(ApiMessage)(name, (ApiMessage,), {"__module__": __name__}, load_json=messages)


def request_class(name: str) -> Any:
    """Return a request's class, with its response's class registered."""
    message(name.replace("Request", "Response"))
    return message(name)


def send(connection: Connection, request: Any, broker: int, *, timeout: float, subject: str = "") -> Any:
    """Send one request to one broker and return its response.

    Raises:
        KafkaFailure: with the cause.
    """

    def act(client: Any) -> Any:
        manager = client._manager

        async def exchange() -> Any:
            return await manager.send(request, node_id=broker, request_timeout_ms=int(timeout * 1000))

        return manager.run(exchange)

    return clients.ask(connection, act, subject=subject)
