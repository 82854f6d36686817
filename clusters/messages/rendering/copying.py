"""A record as what one copies: JSON, and the commands that fetch it elsewhere. Pure."""

import json
import shlex

from clusters.gateway.clients.connection import Connection
from clusters.gateway.log.records import Record
from clusters.messages.decoding import Decoding
from clusters.messages.rendering.plain import message_out


def as_json(record: Record, decoding: Decoding) -> str:
    content = message_out(record, decoding)
    return json.dumps(content, ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat())


def kcat(connection: Connection, topic: str, partition: int, offset: int) -> str:
    """Return the command of kcat that reads a record; the password is left to the environment."""
    words = ["kcat", "-C", "-b", connection.bootstrap_servers]
    if connection.security_protocol != "PLAINTEXT":
        words += ["-X", f"security.protocol={connection.security_protocol}"]
    if connection.uses_sasl:
        words += ["-X", f"sasl.mechanism={connection.sasl_mechanism}"]
    if connection.username:
        words += ["-X", f"sasl.username={connection.username}"]
    secret = ' -X sasl.password="$KAFKA_PASSWORD"' if connection.username else ""
    place = ["-t", topic, "-p", str(partition), "-o", str(offset), "-c", "1", "-e"]
    return f"{shlex.join(words)}{secret} {shlex.join(place)}"


def curl(url: str) -> str:
    """Return the command of curl that fetches a record from the API; the token is left to the environment."""
    return f'curl -H "Authorization: Bearer $KAFKAADMIN_TOKEN" {shlex.quote(url)}'
