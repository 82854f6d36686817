"""Commands of Kafka's own tools that do what a plan does, quoted for a shell. Pure.

How to reach the cluster is left to the environment; so is a password.
"""

import shlex

REACHED = '--bootstrap-server "$BOOTSTRAP_SERVERS" --command-config client.properties'


def command(tool: str, *arguments: str) -> str:
    """Return the command of a tool: ``kafka-configs`` or the like."""
    return " ".join([f"{tool}.sh {REACHED}", *map(shlex.quote, arguments)])
