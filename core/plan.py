"""What a change would do, step by step: what a confirmation shows, and what the audit log keeps. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

LENGTH = 16  # of a digest
SHARED = 10  # letters of it that are of the steps, where the others are of what they are about


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
    ``commands`` do the same with Kafka's own tools. ``note`` is what the audit log says of it beside the steps.
    ``identity`` tells what the change is about from anything else that has its name later: a topic's id, for example.
    """

    action: str
    resource: str
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    destructive: bool = False
    commands: tuple[str, ...] = ()
    note: str = ""
    identity: str = ""

    @property
    def digest(self) -> str:
        """A short fingerprint of steps, note and identity: what is applied must be what the person confirmed."""
        return digest_of(self.steps, (self.note,), self.identity)

    @property
    def identified(self) -> tuple[str, ...]:
        """The names of what has an identity."""
        return (self.resource,) if self.identity else ()

    @property
    def destroys(self) -> bool:
        """Whether something is removed, or data are lost: what a cluster may want a second person for."""
        return self.destructive or any(step.kind == "remove" for step in self.steps)


def digest_of(steps: Iterable[Step], notes: Iterable[str] = (), *identities: str) -> str:
    """Return 16 letters; where something is identified, the last are of that, so that one can tell what differs."""
    of_steps = fingerprint_of([*(asdict(step) for step in steps), *filter(None, notes)])[:LENGTH]
    return of_steps[:SHARED] + fingerprint_of(identities)[: LENGTH - SHARED] if any(identities) else of_steps


def fingerprint_of(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def has_same_steps(digest: str, other: str) -> bool:
    """Tell whether of two digests of identified changes only the identities differ."""
    return len(digest) == len(other) and digest[:SHARED] == other[:SHARED]


@dataclass(frozen=True)
class Plans:
    """Several changes that are shown and confirmed as one, and applied and recorded one after the other."""

    parts: tuple[Plan, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for part in self.parts for step in part.steps)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(warning for part in self.parts for warning in part.warnings))

    @property
    def destroys(self) -> bool:
        return any(part.destroys for part in self.parts)

    @property
    def commands(self) -> tuple[str, ...]:
        return tuple(command for part in self.parts for command in part.commands)

    @property
    def digest(self) -> str:
        return digest_of(self.steps, (part.note for part in self.parts), *(part.identity for part in self.parts))

    @property
    def identified(self) -> tuple[str, ...]:
        return tuple(name for part in self.parts for name in part.identified)
