"""Levels and modes of an export: each subject's are a change of their own, planned after the schemas.

They come last, as a level may refuse what is registered before, and a mode may refuse everything.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import Registry
from clusters.registry_words import unnamed
from clusters.schemas import plan, planning
from clusters.schemas.transfer.file_lines import SettingsLine
from core.patterns import EVERYTHING
from core.plan import Plan
from core.web.formats import first_names, plural

IMPORT = "IMPORT"
REPEAT = "Correct it, then import the same lines again."
NO_MODES = "This schema registry has no modes: those of {} are left out."
MODE_IMPORT = "Mode IMPORT is left out: it is for an import, and ends with it. Set it in the settings if it is to stay."
NOT_ALLOWED = "Levels and modes of {} are left out: that needs schemas.configure."


@dataclass(frozen=True)
class Settings:
    """Lines that can be set here, and why others are left out."""

    lines: tuple[SettingsLine, ...] = ()
    left_out: tuple[str, ...] = ()


def settable(lines: Sequence[SettingsLine], *, has_modes: bool, may_configure: Callable[[str], bool]) -> Settings:
    """Return what of some lines the registry has, and the person may set."""
    allowed = [line for line in lines if may_configure(line.subject or EVERYTHING)]
    left_out = [NOT_ALLOWED.format(names_of(each for each in lines if each not in allowed))]
    left_out *= len(allowed) < len(lines)
    if not has_modes:
        with_modes = [line for line in allowed if line.mode]
        left_out += [NO_MODES.format(names_of(with_modes))] * bool(with_modes)
        allowed = [replace(line, mode="") for line in allowed]
    if any(line.mode == IMPORT for line in allowed):
        left_out.append(MODE_IMPORT)
        allowed = [replace(line, mode="") if line.mode == IMPORT else line for line in allowed]
    return Settings(tuple(line for line in allowed if line.values), tuple(left_out))


def names_of(lines: Iterable[SettingsLine]) -> str:
    names = [line.subject or "all other subjects" for line in lines]
    return first_names(names, 3) if len(names) <= 3 else plural(len(names), "subject")


def settings_plans(registry: Registry, lines: Iterable[SettingsLine]) -> list[Plan]:
    """Plan what differs from what is set here, in the order in which it can be changed: what holds for all comes last.

    Raises:
        KafkaFailure: with the cause.
    """
    plans = [planning.plan_settings(registry, line.subject, line.values) for line in lines]
    changing = [each for each in plans if each.steps]
    return sorted(changing, key=lambda each: (not plan.opens(each), each.resource == EVERYTHING))


def not_set(planned: Plan, failure: KafkaFailure) -> KafkaFailure:
    """Return why a subject's settings were refused, when its schemas had been registered."""
    setting = unnamed(plan.among_others(planned).steps[0].subject)
    sentence = f"The schemas are registered, but the {setting} is not set: {failure.sentence}"
    return type(failure)(sentence, failure.advice or REPEAT)
