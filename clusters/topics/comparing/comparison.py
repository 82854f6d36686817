"""Topics side by side: in what they differ, and what makes one like another. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from clusters.gateway.configs import ConfigEntry
from clusters.gateway.maintenance import THROTTLED
from clusters.topics.plan import OWN_SOURCE

PARTITIONS, REPLICATION = "partitions", "replication factor"


@dataclass(frozen=True)
class ComparedTopic:
    """A topic of a cluster; without ``entries``, ``problem`` says why they are not known."""

    cluster: str
    cluster_name: str
    topic: str
    entries: tuple[ConfigEntry, ...] = ()
    partitions: int | None = None
    replication: int | None = None
    problem: str = ""

    @property
    def key(self) -> str:
        """What the page's address has for it."""
        return f"{self.cluster}/{self.topic}"

    @property
    def values(self) -> dict[str, str | None]:
        return {entry.name: entry.value for entry in self.entries if entry.name not in THROTTLED}

    @property
    def own(self) -> frozenset[str]:
        return frozenset(entry.name for entry in self.entries if entry.source == OWN_SOURCE)


@dataclass(frozen=True)
class ComparedValue:
    """A value, whether it is set on the topic itself, and whether it is another one than the first topic's."""

    value: str | None
    is_own: bool = False
    is_known: bool = True
    is_other: bool = False


@dataclass(frozen=True)
class ComparedRow:
    """One property of all topics; configs can be taken over, the others cannot."""

    name: str
    values: tuple[ComparedValue, ...]
    is_config: bool = True

    @property
    def differs(self) -> bool:
        return len({each.value for each in self.values if each.is_known}) > 1


def compare(topics: Sequence[ComparedTopic], *, only_differences: bool) -> list[ComparedRow]:
    """Return the properties of topics, sorted by name; what is not known of a topic is no difference."""
    names = sorted({name for topic in topics for name in topic.values})
    rows = [
        number_row(PARTITIONS, [topic.partitions for topic in topics]),
        number_row(REPLICATION, [topic.replication for topic in topics]),
        *(ComparedRow(name, marked([value_of(topic, name) for topic in topics])) for name in names),
    ]
    return [row for row in rows if row.differs or not only_differences]


def number_row(name: str, numbers: Iterable[int | None]) -> ComparedRow:
    values = [ComparedValue(None if number is None else str(number), is_known=number is not None) for number in numbers]
    return ComparedRow(name, marked(values), is_config=False)


def value_of(topic: ComparedTopic, name: str) -> ComparedValue:
    """Return a config's value; brokers of another version may not have it, which is a difference."""
    return ComparedValue(topic.values.get(name), name in topic.own, is_known=not topic.problem)


def marked(values: Sequence[ComparedValue]) -> tuple[ComparedValue, ...]:
    """Return values with those marked that are other ones than the first."""
    first = values[0]
    return tuple(
        ComparedValue(each.value, each.is_own, each.is_known, first.is_known and each.value != first.value)
        if each.is_known
        else each
        for each in values
    )


@dataclass(frozen=True)
class Alignment:
    """Configs to set on a topic, and own ones to reset, so that they have another topic's values."""

    changed: dict[str, str]
    reset: list[str]


def align(source: ComparedTopic, target: ComparedTopic, names: Collection[str]) -> Alignment:
    """Return what makes a topic like another: of some configs, or of all that differ where none is named.

    What has the source's value by default is reset; sensitive and read-only configs are left alone.
    """
    values, changed, reset = source.values, dict[str, str](), []
    for entry in target.entries:
        value = values.get(entry.name)
        is_asked = entry.name in names or not names
        if not is_asked or value is None or value == entry.value or entry.sensitive or entry.read_only:
            continue
        if entry.name in THROTTLED:
            continue
        if value == entry.default and entry.source == OWN_SOURCE:
            reset.append(entry.name)
        else:
            changed[entry.name] = value
    return Alignment(changed, reset)
