"""Steps of a plan that changes configs. Pure: present configs and the request in, steps out."""

from collections.abc import Collection, Iterable, Mapping

from clusters.gateway.configs import ConfigEntry
from core.plan import Step

DEFAULT = " (default)"
SENSITIVE = "(sensitive)"


def config_steps(
    entries: Iterable[ConfigEntry], changed: Mapping[str, str], reset: Collection[str], *, own: str
) -> tuple[Step, ...]:
    """Return a step for each config that gets another value, and for each reset of one whose source is ``own``."""
    present = {entry.name: entry for entry in entries}
    steps = [
        Step(key, present[key].value if key in present else None, value)
        for key, value in sorted(changed.items())
        if key not in present or present[key].value != value
    ]
    steps += [
        Step(key, present[key].value, f"{present[key].default}{DEFAULT}")
        for key in sorted(reset)
        if key in present and present[key].source == own
    ]
    return tuple(steps)


def without_secrets(steps: Iterable[Step], entries: Iterable[ConfigEntry]) -> tuple[Step, ...]:
    """Return steps that show no sensitive value, nor any of a config that Kafka does not list."""
    shown = {entry.name for entry in entries if not entry.sensitive}
    return tuple(step if is_listed(step.subject, shown) else hidden(step) for step in steps)


def is_listed(key: str, names: Collection[str]) -> bool:
    """Tell whether a config is among some, or one of them for a single listener: ``listener.name.<name>.<config>``."""
    prefix, _, name = key.removeprefix("listener.name.").partition(".")
    return key in names or (key.startswith("listener.name.") and bool(prefix) and name in names)


def hidden(step: Step) -> Step:
    """Return a step without its values; that a value is set or reset remains visible."""
    after = step.after or ""
    return Step(step.subject, SENSITIVE, f"{SENSITIVE}{DEFAULT}" if after.endswith(DEFAULT) else f"new {SENSITIVE}")
