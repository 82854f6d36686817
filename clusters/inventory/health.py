"""A cluster's health in one sentence. Pure: counts in, words out."""

from dataclasses import dataclass

from core.web.formats import count, plural

OK, WARNING, CRITICAL, UNKNOWN = "ok", "warning", "critical", "unknown"


@dataclass(frozen=True)
class Counts:
    brokers: int = 0
    brokers_offline: tuple[int, ...] = ()
    topics: int = 0
    partitions: int = 0
    offline: int = 0
    under_replicated: int = 0
    under_min_isr: int = 0
    groups: int = 0
    lag: int | None = None
    unknown_lag: int = 0


@dataclass(frozen=True)
class Health:
    """A level, and a sentence that explains it."""

    level: str
    sentence: str
    reachable: bool = True

    @property
    def word(self) -> str:
        """The level as a word for display."""
        if not self.reachable:
            return "Unreachable"
        return {OK: "Healthy", WARNING: "Degraded", CRITICAL: "Critical", UNKNOWN: "Unknown"}[self.level]


def complaints(counts: Counts) -> list[tuple[str, str]]:
    """Return what is wrong with its level, worst first."""
    problems = []
    if counts.offline:
        problems.append((CRITICAL, f"{plural(counts.offline, 'partition')} offline (no leader)"))
    if counts.under_min_isr:
        noun = plural(counts.under_min_isr, "partition")
        problems.append((CRITICAL, f"{noun} under min.insync.replicas: writes with acks=all are refused"))
    if counts.brokers_offline:
        names = ", ".join(map(str, counts.brokers_offline))
        noun, verb = ("broker", "is") if len(counts.brokers_offline) == 1 else ("brokers", "are")
        problems.append((CRITICAL, f"{noun} {names} {verb} down"))
    if counts.under_replicated:
        problems.append((WARNING, f"{plural(counts.under_replicated, 'partition')} under-replicated"))
    return problems


def health(counts: Counts, error: str = "", *, ever_seen: bool = True) -> Health:
    """Return the health of a cluster.

    Args:
        counts: what the inventory counted in the last successful run.
        error: why the last run failed; empty if it did not.
        ever_seen: whether a run ever succeeded.
    """
    if error:
        return Health(CRITICAL if ever_seen else UNKNOWN, f"Kafka is unreachable: {error}", reachable=False)
    if not ever_seen:
        return Health(UNKNOWN, "Never connected; the first refresh takes a few seconds.")
    problems = complaints(counts)
    if not problems and not counts.partitions:
        return Health(OK, "All brokers are online; there are no topics yet.")
    if not problems:
        return Health(OK, f"All {count(counts.partitions)} partitions have a leader and are fully replicated.")
    text = "; ".join(sentence for _, sentence in problems)
    return Health(problems[0][0], f"{text[0].upper()}{text[1:]}.")
