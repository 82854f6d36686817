"""Commands of Kafka's own tools that do what a plan does, quoted for a shell. Pure.

How to reach the cluster is left to the environment; so is a password.
"""

import shlex

CONFIG = {"kafka-leader-election": "--admin.config"}  # the only name that all releases of this tool take


def command(tool: str, *arguments: str, config: str = "--command-config") -> str:
    """Return the command of a tool: ``kafka-configs`` or the like."""
    reached = f'--bootstrap-server "$BOOTSTRAP_SERVERS" {config} client.properties'
    return " ".join([f"{tool}.sh {reached}", *map(shlex.quote, arguments)])
