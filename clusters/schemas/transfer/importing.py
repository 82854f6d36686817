"""Registering what was exported, from this registry or another: in the order of the lines, ids kept in mode IMPORT.

A registry gives versions and ids of its own, unless it is in mode IMPORT. So references are translated to the versions
that their schemas have here; what is registered already stays, and an import that broke off can be repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.gateway.registry import changes as kafka
from clusters.gateway.registry import subjects
from clusters.gateway.registry.changes import NewSchema
from clusters.gateway.registry.client import Reference, Registry
from clusters.schemas import plan
from clusters.schemas.transfer.file_lines import Key, SchemaLine
from clusters.schemas.transfer.settings import IMPORT, REPEAT
from core.plan import Plan

MOST = 200  # lines of one request
SECONDS = 60.0


@dataclass
class Registrar:
    """Registers lines. ``versions`` translates a version of a line to the one it has here.

    ``lookup`` finds a line that is referred to, and was registered by another registrar.
    """

    registry: Registry
    lookup: Callable[[Key], SchemaLine | None] = lambda _: None
    versions: dict[Key, int] = field(default_factory=dict)
    ids_kept: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def global_mode(self) -> str:
        """The mode of subjects without their own; empty where the registry has no modes."""
        return subjects.mode(self.registry)

    def keeps_ids(self, subject: str) -> bool:
        """Raises KafkaFailure: with the cause."""
        if subject not in self.ids_kept:
            own = subjects.mode(self.registry, subject) if self.global_mode else ""
            self.ids_kept[subject] = (own or self.global_mode) == IMPORT
        return self.ids_kept[subject]

    def find(self, line: SchemaLine) -> bool:
        """Tell whether a line is registered already; one that refers to what is not yet is not.

        Raises:
            KafkaFailure: with the cause.
        """
        try:
            schema = kafka.registered_as(self.registry, line.subject, self.translated(line))
        except InvalidRequest:
            return False
        if schema is None or not schema.version:
            return False
        self.versions[line.key] = schema.version
        return True

    def translated(self, line: SchemaLine) -> NewSchema:
        """Return a line's schema, with the versions that its references have here."""
        return NewSchema(line.kind, line.text, tuple(map(self.reference, line.references)))

    def reference(self, reference: Reference) -> Reference:
        key = (reference.subject, reference.version)
        if key not in self.versions and (line := self.lookup(key)):
            self.versions[key] = line.version  # schemas that refer to each other end
            if not self.find(line):
                del self.versions[key]
        return replace(reference, version=self.versions.get(key, reference.version))

    def register(self, line: SchemaLine) -> None:
        """Register a line, with its id where that is kept.

        Raises:
            KafkaFailure: it was refused.
        """
        identity: Mapping[str, int] = {}
        if self.keeps_ids(line.subject) and line.id is not None:
            identity = {"id": line.id, "version": line.version}
        try:
            kafka.register(self.registry, line.subject, self.translated(line), identity)
        except KafkaFailure as failure:
            sentence = f"{line.subject} version {line.version}: {failure.sentence}"
            raise type(failure)(sentence, failure.advice or REPEAT) from failure
        self.find(line)


@dataclass
class Import:
    """Lines that are to be registered by one request; ``present`` are those that are registered already."""

    registrar: Registrar
    lines: Sequence[SchemaLine]
    present: set[Key] = field(default_factory=set)

    def planned(self) -> Plan:
        """Plan it: what is registered already is left out.

        Raises:
            KafkaFailure: with the cause.
        """
        self.present = {line.key for line in self.lines if self.registrar.find(line)}
        new = [(line, self.registrar.keeps_ids(line.subject)) for line in self.lines if line.key not in self.present]
        return plan.import_lines(new, len(self.lines) - len(new))

    def apply(self) -> None:
        """Register what is not yet, line by line.

        Raises:
            KafkaFailure: one line was refused; those before it are registered.
        """
        done = len(self.present)
        for line in self.lines:
            if line.key in self.present:
                continue
            try:
                self.registrar.register(line)
            except KafkaFailure as failure:
                sentence = f"{failure.sentence} Before it, {done} of {len(self.lines)} were registered."
                raise type(failure)(sentence, failure.advice) from failure
            done += 1
