"""Commands of Kafka's own tools that do what a plan does, quoted for a shell. Pure.

How to reach the cluster is left to the environment; so is a password.
"""

import json
import shlex
from collections.abc import Collection, Mapping

MOST_IN_COMMAND = 100  # partitions in a file that a command writes
CONFIG = {"kafka-leader-election": "--admin.config"}  # the only name that all releases of this tool take


def command(tool: str, *arguments: str, config: str = "--command-config") -> str:
    """Return the command of a tool: ``kafka-configs`` or the like."""
    reached = f'--bootstrap-server "$BOOTSTRAP_SERVERS" {config} client.properties'
    return " ".join([f"{tool}.sh {reached}", *map(shlex.quote, arguments)])


def written(file: str, document: object) -> str:
    """Return the command that writes a file of JSON, which a tool takes."""
    return f"echo {shlex.quote(json.dumps(document))} > {file}"


def alter_configs(*entity: str, changed: Mapping[str, str], reset: Collection[str]) -> tuple[str, ...]:
    """Return the command that sets configs of an entity, and resets others; lists are in brackets, as it wants them."""
    values = [f"{key}=[{value}]" if "," in value else f"{key}={value}" for key, value in sorted(changed.items())]
    words = ["--add-config", ",".join(values)] if values else []
    words += ["--delete-config", ",".join(sorted(reset))] if reset else []
    return (command("kafka-configs", *entity, "--alter", *words),) if words else ()
