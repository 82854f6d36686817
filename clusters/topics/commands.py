"""What does with Kafka's own tools what a plan for a topic does. Pure."""

from collections.abc import Collection, Mapping

from clusters.gateway.topics import NewTopic
from clusters.kafka_tools import MOST_IN_COMMAND, alter_configs, command, written

TOOL = "kafka-topics"
FILE = "offsets.json"


def create(topic: NewTopic) -> str:
    """Return the command that creates a topic, on the brokers of its assignment if it has one."""
    configs = [word for key, value in sorted(topic.configs.items()) for word in ("--config", f"{key}={value}")]
    shape = ("--partitions", str(topic.partitions), "--replication-factor", str(topic.replication_factor))
    where = ("--replica-assignment", assignment_words(topic)) if topic.assignment else shape
    return command(TOOL, "--create", "--topic", topic.name, *where, *configs)


def assignment_words(topic: NewTopic) -> str:
    """Return the replicas as kafka-topics takes them: ``1:2,2:3``, a partition between two commas."""
    return ",".join(":".join(map(str, replicas)) for replicas in topic.assignment)


def delete(name: str) -> str:
    return command(TOOL, "--delete", "--topic", name)


def add_partitions(name: str, total: int) -> str:
    return command(TOOL, "--alter", "--topic", name, "--partitions", str(total))


def configure(name: str, changed: Mapping[str, str], reset: Collection[str]) -> tuple[str, ...]:
    return alter_configs("--entity-type", "topics", "--entity-name", name, changed=changed, reset=reset)


def delete_records(topic: str, starts: Mapping[int, int]) -> tuple[str, ...]:
    """Return the commands that write the file of offsets and delete by it; none for very many partitions."""
    if not 0 < len(starts) <= MOST_IN_COMMAND:
        return ()
    places = [{"topic": topic, "partition": number, "offset": offset} for number, offset in sorted(starts.items())]
    file = written(FILE, {"version": 1, "partitions": places})
    return file, command("kafka-delete-records", "--offset-json-file", FILE)
