"""Rules without a threshold: a broker's state, and partitions unexpectedly at min.insync.replicas. Pure."""

from clusters.findings import WARNING, Finding
from core.web.formats import plural
from metrics.findings.rules import AT_MIN_ISR, SCRAPE_ERROR, STATE, Values

RUNNING = 3
STATES = {
    0: "not running", 1: "starting", 2: "recovering its log", 6: "about to shut down", 7: "shutting down",
}  # fmt: skip


def states(values: Values) -> list[Finding]:
    """Return a finding per broker that answers, but does not run: it starts, recovers or shuts down for too long."""
    return [
        _about(STATE, broker, STATES.get(round(value), f"in state {value:.0f}"), "running", for_seconds=60)
        for broker, value in sorted(values.get("broker_state", {}).items())
        if value != RUNNING
    ]


def scrape_errors(values: Values) -> list[Finding]:
    """Return a finding per exporter that answers, but could not read all of its broker's beans."""
    return [
        _about(SCRAPE_ERROR, broker, "jmx_scrape_error is 1", "0", for_seconds=60)
        for broker, value in sorted(values.get("jmx_scrape_error", {}).items())
        if value
    ]


def at_min_isr(values: Values, by_configuration: int | None) -> list[Finding]:
    """Find partitions that can lose no replica, beyond those configured so; not judged where these are unknown.

    Args:
        values: what all the brokers gave.
        by_configuration: partitions of topics with as many replicas as min.insync.replicas, which have their own rule.
    """
    by_broker = values.get("at_min_isr", {})
    if by_configuration is None or sum(by_broker.values()) <= by_configuration:
        return []
    number = plural(round(sum(by_broker.values())) - by_configuration, "partition")
    # A changed configuration is known only some minutes later.
    target = "?unhealthy=1&internal=1"
    return [Finding(AT_MIN_ISR, "", WARNING, number, "none", for_seconds=300, page="topics", target=target)]


def _about(rule: str, broker: str, value: str, threshold: str, for_seconds: int) -> Finding:
    page, target = ("broker", broker) if broker.isdecimal() else ("metrics", "")
    return Finding(
        rule, f"broker {broker}", WARNING, value, threshold, for_seconds=for_seconds, page=page, target=target
    )
