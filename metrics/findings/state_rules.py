"""Rules that are no thresholds: what a broker is doing, and what is in order where it was set up so. Pure."""

from clusters.findings import WARNING, Finding
from core.web.formats import plural
from metrics.findings.rules import AT_MIN_ISR, SCRAPE_ERROR, STATE, Values

RUNNING = 3
STATES = {
    0: "not running", 1: "starting", 2: "recovering its log", 6: "about to shut down", 7: "shutting down",
}  # fmt: skip


def states(values: Values) -> list[Finding]:
    """Find brokers that answer, but do not run: they start, recover or shut down for longer than a restart takes."""
    return [
        _about(STATE, broker, STATES.get(round(value), f"in state {value:.0f}"), "running", for_seconds=60)
        for broker, value in sorted(values.get("broker_state", {}).items())
        if value != RUNNING
    ]


def scrape_errors(values: Values) -> list[Finding]:
    """Find exporters that answer, but could not read all of their broker's beans."""
    return [
        _about(SCRAPE_ERROR, broker, "jmx_scrape_error is 1", "0", for_seconds=60)
        for broker, value in sorted(values.get("jmx_scrape_error", {}).items())
        if value
    ]


def at_min_isr(values: Values, by_configuration: int | None) -> list[Finding]:
    """Find partitions that bear no further loss, beyond those that never do; not judged where these are not known.

    Args:
        values: what the brokers gave, all of them.
        by_configuration: partitions of topics with as many replicas as min.insync.replicas, which have their own rule.
    """
    by_broker = values.get("at_min_isr", {})
    if by_configuration is None or sum(by_broker.values()) <= by_configuration:
        return []
    number = plural(round(sum(by_broker.values())) - by_configuration, "partition")
    # What is set up otherwise is known some minutes later.
    return [
        Finding(AT_MIN_ISR, "", WARNING, number, "none", for_seconds=300, page="topics", target="?trouble=1&internal=1")
    ]


def _about(rule: str, broker: str, value: str, threshold: str, for_seconds: int) -> Finding:
    page, target = ("broker", broker) if broker.isdecimal() else ("metrics", "")
    return Finding(
        rule, f"broker {broker}", WARNING, value, threshold, for_seconds=for_seconds, page=page, target=target
    )
