"""What a change would do, step by step: what a confirmation shows, and what the audit log keeps. Pure."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Step:
    """One effect of a change. ``before`` is None for something new, ``after`` for something removed."""

    subject: str
    before: str | None = None
    after: str | None = None

    @property
    def kind(self) -> str:
        """``add``, ``remove`` or ``alter``."""
        if self.before is None:
            return "add"
        return "remove" if self.after is None else "alter"


@dataclass(frozen=True)
class Plan:
    """What a change would do, as the confirmation page shows it and the audit log records it.

    Grants must cover ``resource`` and all ``others``, which it touches too. A ``destructive`` change loses data.
    """

    action: str
    resource: str
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    destructive: bool = False

    @property
    def digest(self) -> str:
        """A short fingerprint of the steps: what is applied must be what the person confirmed."""
        text = json.dumps([asdict(step) for step in self.steps], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
