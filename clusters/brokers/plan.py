"""What a change of brokers' configs would do. Pure: the present configs and the request in, steps and warnings out."""

from collections.abc import Collection, Mapping, Sequence

from clusters.configs.steps import DEFAULT, config_steps, is_listed, without_secrets
from clusters.gateway.configs import ConfigEntry
from clusters.kafka_tools import alter_configs
from core.plan import Plan, Step

ACTION = "brokers.configure"
# What topics without a value of their own keep: less of it deletes records at once.
KEPT = frozenset({"log.retention.ms", "log.retention.bytes", "log.local.retention.ms", "log.local.retention.bytes"})
POLICY = "log.cleanup.policy"
LOSS = "This may delete existing records of every topic without a value of its own: {}."


def subject_of(broker: int | None) -> str:
    """Return what the audit log says was changed."""
    return "all brokers" if broker is None else f"broker {broker}"


def own_source(broker: int | None) -> str:
    return "DYNAMIC_DEFAULT_BROKER_CONFIG" if broker is None else "DYNAMIC_BROKER_CONFIG"


def configure(
    broker: int | None, entries: Sequence[ConfigEntry], changed: Mapping[str, str], reset: Collection[str]
) -> Plan:
    """Plan new values for some configs of a broker, or of all of them, and resets of others."""
    steps = config_steps(entries, changed, reset, own=own_source(broker))
    losing = [step.subject for step in steps if loses(step)]
    warnings = (LOSS.format(", ".join(losing)),) if losing else ()
    return Plan(
        ACTION, subject_of(broker), without_secrets(steps, entries), warnings, destructive=bool(losing),
        commands=commands(broker, steps, entries, changed),
    )  # fmt: skip


def commands(
    broker: int | None, steps: Sequence[Step], entries: Sequence[ConfigEntry], changed: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the command that does the same; none where it would have to have a secret in it."""
    shown = {entry.name for entry in entries if not entry.sensitive}
    if not all(is_listed(step.subject, shown) for step in steps):
        return ()
    entity = ("--entity-default",) if broker is None else ("--entity-name", str(broker))
    values = {step.subject: changed[step.subject] for step in steps if step.subject in changed}
    reset = {step.subject for step in steps} - values.keys()
    return alter_configs("--entity-type", "brokers", *entity, changed=values, reset=reset)


def loses(step: Step) -> bool:
    """Tell whether less is kept than before; negative and missing limits keep everything."""
    return step.subject == POLICY or (step.subject in KEPT and limit(step.after) < limit(step.before))


def limit(value: str | None) -> float:
    text = (value or "").removesuffix(DEFAULT)
    return int(text) if text.isdecimal() else float("inf")
