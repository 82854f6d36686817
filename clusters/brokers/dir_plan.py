"""Moving replicas between the log directories of a broker, as a plan. Pure."""

from collections.abc import Collection

from clusters.gateway.errors import InvalidRequest, NotFound
from clusters.gateway.reassigning.log_dirs import Directories, Placed
from core.plan import Plan, Step
from core.web.formats import plural, size

ACTION = "topics.reassign"


def chosen(directories: Directories, topic: str, numbers: Collection[int]) -> list[Placed]:
    """Return a topic's replicas on the broker, all or some.

    Raises:
        NotFound: there are none.
    """
    replicas = [
        item for item in directories.replicas if item.topic == topic and (not numbers or item.number in numbers)
    ]
    if not replicas:
        raise NotFound(f"The broker has no such replica of {topic}.", "Check the topic and the partitions.")
    return replicas


def plan_of(broker: int, directories: Directories, topic: str, numbers: Collection[int], path: str) -> Plan:
    """Plan to move replicas to a directory; those that are there already, and on no way elsewhere, stay.

    Raises:
        InvalidRequest: the directory is none of the broker's, or is offline.
        NotFound: there is no such replica.
    """
    target = next((directory for directory in directories.dirs if directory.path == path), None)
    if target is None or target.error:
        raise InvalidRequest(f"{path or 'An empty name'} is no online log directory of broker {broker}.", field="path")
    moving = [item for item in chosen(directories, topic, numbers) if (item.future_path or item.path) != path]
    steps = tuple(
        Step(f"replica of {item.name} on broker {broker}", item.future_path or item.path, path) for item in moving
    )
    total = sum(item.size for item in moving)
    warnings = []
    if target.usable_bytes is not None and total > target.usable_bytes:
        warnings.append(f"{plural(len(moving), 'replica')} with {size(total)} and {size(target.usable_bytes)} free.")
    return Plan(ACTION, topic, steps, tuple(warnings))
