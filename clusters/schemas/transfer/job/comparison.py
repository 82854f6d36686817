"""The beginning of an import as it compares with the registry, for its preview."""

from collections.abc import Sequence
from dataclasses import replace

from clusters.schemas import plan
from clusters.schemas.transfer.file_lines import SchemaLine, SettingsLine
from clusters.schemas.transfer.importing import Import, Registrar
from clusters.schemas.transfer.settings import settable, settings_plans
from core.plan import Plan, Plans

FIRST = 20  # versions that a preview compares


def compared(registrar: Registrar, versions: Sequence[SchemaLine], lines: Sequence[SettingsLine]) -> Plan:
    """Plan the beginning as if it were all; how much of it is registered already says nothing of the rest."""
    registration = Import(registrar, versions).planned()
    settings = settable(lines, has_modes=bool(lines and registrar.global_mode), may_configure=lambda _: True)
    plans = Plans((registration, *map(plan.among_others, settings_plans(registrar.registry, settings.lines))))
    warnings = [warning for warning in registration.warnings if warning == plan.NEW_IDS]
    warnings += [warning for part in plans.parts[1:] for warning in part.warnings]
    return replace(registration, steps=plans.steps, warnings=(*dict.fromkeys(warnings), *settings.left_out))


def first_settings(lines: Sequence[SettingsLine]) -> tuple[SettingsLine, ...]:
    """Return what holds for all subjects, and the settings of some."""
    ordered = sorted(lines, key=lambda line: bool(line.subject))
    return tuple(ordered[: FIRST + 1])
