"""Taking back a change of a connector's configuration by what the audit log has of it, which is no secret. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clusters.connect.rules.secrets import HIDDEN

STAYS = "The audit log does not have the value before of {}: the present one stays unless you enter it."
MISSING = "The audit log does not have the value of {}: enter it again in the place of [hidden]."


@dataclass(frozen=True)
class Undo:
    """A configuration as it was, secrets as ``[hidden]``; ``notes`` say which of them cannot be put back."""

    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()


def undone(present: Mapping[str, str], before: Mapping[str, str | None]) -> Undo:
    """Return the present configuration with settings as they were; None for one that was not there."""
    values = {name: value for name, value in before.items() if value is not None}
    config = {name: value for name, value in present.items() if before.get(name, value) is not None} | values
    hidden = sorted(name for name, value in values.items() if HIDDEN in value)
    notes = [(STAYS, [name for name in hidden if name in present])]
    notes.append((MISSING, [name for name in hidden if name not in present]))
    return Undo(config, tuple(sentence.format(", ".join(names)) for sentence, names in notes if names))
