"""A form from a plugin's definition: which fields there are, in which groups, and what they make. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.gateway.connect.plugins import Setting

FIXED = frozenset({"name", "connector.class"})  # what the page itself says
IMPORTANCE = {"HIGH": 0, "MEDIUM": 1, "LOW": 2}
LAST = 10_000  # the place of what has none


@dataclass(frozen=True)
class FieldGroup:
    """Settings that a form shows together; ``minor`` ones are of low importance."""

    title: str
    settings: tuple[Setting, ...] = ()
    minor: tuple[Setting, ...] = ()


def layout(settings: Iterable[Setting], groups: Sequence[str], own: str) -> list[FieldGroup]:
    """Return the settings by group: first those of no group, which are the plugin's ``own``, then in its order."""
    by_group: dict[str, list[Setting]] = {"": [], **{group: [] for group in groups}}
    for setting in settings:
        if setting.visible and setting.name not in FIXED:
            by_group.setdefault(setting.group, []).append(setting)
    return [group_of(title or own, sorted(listed, key=place_of)) for title, listed in by_group.items() if listed]


def place_of(setting: Setting) -> tuple[int, int, int]:
    order = setting.order if setting.order >= 0 else LAST
    return (not setting.required, order, IMPORTANCE.get(setting.importance, 1))


def group_of(title: str, settings: Sequence[Setting]) -> FieldGroup:
    major = tuple(setting for setting in settings if setting.importance != "LOW" or setting.required)
    return FieldGroup(title, major, tuple(setting for setting in settings if setting not in major))


def configured(
    typed: Mapping[str, str], stored: Mapping[str, str], defaults: Mapping[str, str | None]
) -> dict[str, str]:
    """Return the settings that fields make: what was left empty, or has its default and was not set, is not set."""
    return {name: value for name, value in typed.items() if value and (name in stored or value != defaults.get(name))}
