"""Moving replicas between the log directories of a broker, as a plan. Pure."""

from collections.abc import Collection, Mapping, Sequence

from clusters.gateway.errors import InvalidRequest, NotFound
from clusters.gateway.reassigning.log_dirs import Directories, Placed
from clusters.kafka_tools import MOST_IN_COMMAND, command, written
from core.plan import Plan, Step
from core.web.formats import plural, size

ACTION = "topics.reassign"
TOOL, FILE = "kafka-reassign-partitions", "log-dirs.json"


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


def plan_of(
    broker: int,
    directories: Directories,
    topic: str,
    numbers: Collection[int],
    path: str,
    replicas: Mapping[int, Sequence[int]],
) -> Plan:
    """Plan to move replicas to a directory; those that are there already, and on no way elsewhere, stay.

    Args:
        broker: whose directories they are.
        directories: of the broker, as they are now.
        topic: whose replicas are moved.
        numbers: of its partitions; all of them if empty.
        path: of the directory.
        replicas: the brokers of each partition of the topic, which Kafka's tool wants to have named.

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
    where = {item.number: replicas.get(item.number, ()) for item in moving}
    return Plan(ACTION, topic, steps, tuple(warnings), commands=commands(topic, where, broker, path))


def commands(topic: str, replicas: Mapping[int, Sequence[int]], broker: int, path: str) -> tuple[str, ...]:
    """Return the commands that write the file of partitions' replicas, and move those of a broker by it.

    None for very many partitions, and where a partition's replicas are not known.
    """
    if not 0 < len(replicas) <= MOST_IN_COMMAND or not all(broker in brokers for brokers in replicas.values()):
        return ()
    partitions = [
        {
            "topic": topic,
            "partition": number,
            "replicas": list(brokers),
            "log_dirs": [path if replica == broker else "any" for replica in brokers],
        }
        for number, brokers in sorted(replicas.items())
    ]
    file = written(FILE, {"version": 1, "partitions": partitions})
    return file, command(TOOL, "--execute", "--reassignment-json-file", FILE)
