"""What unregistering a broker would do. Pure."""

from collections.abc import Collection

from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import plural

ACTION = "brokers.unregister"
COMMAND = 'kafka-cluster.sh unregister --bootstrap-server "$BOOTSTRAP_SERVERS" --config client.properties --id {}'


def unregister(broker: int, *, is_running: bool, replicas: int, voters: Collection[int]) -> Plan:
    """Plan unregistering a broker.

    Args:
        broker: its id.
        is_running: whether it is known to run.
        replicas: how many replicas are assigned to it, as far as the inventory knows.
        voters: the controllers' ids.
    """
    warnings = []
    if is_running:
        warnings.append("It is running: it loses its leaders at once, and comes back only when it is restarted.")
    if replicas:
        warnings.append(
            f"{plural(replicas, 'replica')} remain assigned to it: their partitions stay under-replicated until they "
            "are reassigned."
        )
    if broker in voters:
        warnings.append("It is a controller too, and stays one: unregistering concerns its broker only.")
    step = Step(f"broker {broker}", "registered", None)
    return Plan(ACTION, EVERYTHING, (step,), tuple(warnings), commands=(COMMAND.format(broker),))
