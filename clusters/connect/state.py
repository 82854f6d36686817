"""A connector as its page shows it, from its workers: without secrets, and with what they did not tell."""

from dataclasses import dataclass, field

from clusters.connect.configs.passwords import passwords_of
from clusters.connect.rules import states
from clusters.connect.rules.secrets import HIDDEN, scrubbed, shown_config
from clusters.connect.rules.topics import configured_topics, group_of, names_topics
from clusters.connect.topic_rows import topics_seen
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect import offsets
from clusters.gateway.connect.client import Connect
from clusters.gateway.connect.connectors import Connector, Task
from clusters.gateway.connect.offsets import ConnectorOffset
from clusters.gateway.result import noted
from clusters.models import ConnectCluster

MOST_OFFSETS = 200  # rows of a page


@dataclass(frozen=True)
class ShownSetting:
    """A setting of a configuration, and its value without secrets."""

    name: str
    value: str

    @property
    def is_hidden(self) -> bool:
        return HIDDEN in self.value


@dataclass(frozen=True)
class ShownTask:
    """A task with its trace, without secrets."""

    id: int
    state: str
    level: str
    worker: str
    problem: str
    trace: str


@dataclass(frozen=True)
class ConnectorState:
    """A connector as it is now. ``missing`` are sentences about what the workers did not tell."""

    name: str
    type: str
    plugin: str
    state: str
    level: str
    worker: str
    problem: str
    trace: str
    tasks: list[ShownTask]
    settings: list[ShownSetting]
    topics: tuple[str, ...]
    group: str
    offsets: tuple[ConnectorOffset, ...] | None = None
    more_offsets: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def failed_tasks(self) -> int:
        return sum(task.state == kafka.FAILED for task in self.tasks)

    @property
    def short_plugin(self) -> str:
        return self.plugin.rpartition(".")[2]

    @property
    def config(self) -> dict[str, str]:
        return {setting.name: setting.value for setting in self.settings}


def connector_state(row: ConnectCluster, connect: Connect, name: str) -> ConnectorState:
    """Describe a connector. The inventory learns which topics it has used.

    Raises:
        KafkaFailure: with the cause, NotFound where there is none.
    """
    connector, missing = kafka.describe(connect, name), list[str]()
    passwords = passwords_of(row, connect, connector.plugin)
    topics = tuple(configured_topics(connector.config))
    if not names_topics(connector.type, connector.config):
        with noted(missing):
            topics = kafka.topics_of(connect, name)
            topics_seen(row, name, topics)
    connector_offsets: tuple[ConnectorOffset, ...] | None = None
    with noted(missing):
        connector_offsets = offsets.offsets_of(connect, name)
    trace = scrubbed(connector.trace, connector.config, passwords)[: states.TRACE_LONGEST]
    return ConnectorState(
        name=connector.name,
        type=connector.type,
        plugin=connector.plugin,
        state=connector.state,
        level=states.level_of(connector.state),
        worker=connector.worker,
        problem=states.first_lines(trace),
        trace=trace,
        tasks=[shown_task(task, connector, passwords) for task in states.worst_first(connector.tasks)],
        settings=[ShownSetting(*pair) for pair in shown_config(connector.config, passwords).items()],
        topics=topics,
        group=group_of(connector.type, connector.name, connector.config, row.group_pattern),
        offsets=None if connector_offsets is None else connector_offsets[:MOST_OFFSETS],
        more_offsets=max(0, len(connector_offsets or ()) - MOST_OFFSETS),
        missing=missing,
    )


def shown_task(task: Task, connector: Connector, passwords: frozenset[str]) -> ShownTask:
    trace = scrubbed(task.trace, connector.config, passwords)[: states.TRACE_LONGEST]
    return ShownTask(task.id, task.state, states.level_of(task.state), task.worker, states.first_lines(trace), trace)
