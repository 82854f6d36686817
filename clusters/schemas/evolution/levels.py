"""The seven compatibility levels: which versions a new schema must read, and which must read it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from clusters.formats.schemas import AVRO, JSON, PROTOBUF, Schema
from clusters.schemas.evolution import avro, json_schema, protobuf
from clusters.schemas.evolution.problems import Problem

BACKWARD, FORWARD, FULL, NONE, TRANSITIVE = "BACKWARD", "FORWARD", "FULL", "NONE", "_TRANSITIVE"
RULES: dict[str, Callable[[Schema, Schema], tuple[Problem, ...]]] = {
    AVRO: avro.problems,
    JSON: json_schema.problems,
    PROTOBUF: protobuf.problems,
}


@dataclass(frozen=True)
class Direction:
    """One direction between two versions: who cannot read whose records, and why."""

    name: str
    problems: tuple[Problem, ...]

    @property
    def is_safe(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Violation:
    """A level's objection to a new schema, with the version that it concerns."""

    version: int
    direction: str
    problem: Problem

    @property
    def who(self) -> str:
        """Who cannot read what."""
        if self.direction == BACKWARD:
            return f"records of version {self.version} cannot be read with the new schema"
        return f"new records cannot be read with version {self.version}"

    def __str__(self) -> str:
        return f"{self.problem} ({self.who})"


def reading_problems(reader: Schema, writer: Schema) -> tuple[Problem, ...]:
    """Return why records that were written with one schema cannot be read with another.

    Raises:
        UndecodableError: one of them is no schema.
    """
    if reader.kind != writer.kind:
        return (Problem("", f"the type was {writer.kind}, and is {reader.kind}."),)
    return RULES[reader.kind](reader, writer) if reader.kind in RULES else ()


def directions(new: Schema, old: Schema) -> tuple[Direction, Direction]:
    """Return both directions between two versions."""
    return Direction(BACKWARD, reading_problems(new, old)), Direction(FORWARD, reading_problems(old, new))


def violations(level: str, new: Schema, earlier: Sequence[tuple[int, Schema]]) -> tuple[Violation, ...]:
    """Return what a level objects to; ``earlier`` are the versions there are, the oldest first.

    Raises:
        UndecodableError: one of them is no schema.
    """
    compared = earlier if level.endswith(TRANSITIVE) else earlier[-1:]
    return tuple(
        Violation(version, direction.name, problem)
        for version, old in compared
        for direction in directions(new, old)
        if is_required(level, direction.name)
        for problem in direction.problems
    )


def is_required(level: str, direction: str) -> bool:
    base = level.removesuffix(TRANSITIVE)
    return base in {direction, FULL}


def allowed_levels(directions: Iterable[Direction]) -> dict[str, bool]:
    """Return, for each of the levels that look at one version only, whether a change is allowed."""
    safe = {direction.name for direction in directions if direction.is_safe}
    return {BACKWARD: BACKWARD in safe, FORWARD: FORWARD in safe, FULL: len(safe) == 2, NONE: True}
