"""Registering what was exported, from this registry or another: in the order of the lines, ids kept in mode IMPORT.

A registry gives versions and ids of its own, unless it is in mode IMPORT. So references are translated to the versions
that their schemas have here; what is registered already stays, and an import that broke off can be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.gateway.registry import changes as kafka
from clusters.gateway.registry import subjects
from clusters.gateway.registry.changes import NewSchema
from clusters.gateway.registry.client import RegisteredSchema, Registry
from clusters.schemas import plan
from clusters.schemas.transfer.file_lines import Key, SchemaLine
from core.plan import Plan

MOST = 200  # lines of one request
SECONDS = 60.0
IMPORT = "IMPORT"


@dataclass
class Import:
    """Lines that are to be registered. ``versions`` translates a version of a line to the one it has here."""

    registry: Registry
    lines: Sequence[SchemaLine]
    versions: dict[Key, int] = field(default_factory=dict)
    present: dict[Key, RegisteredSchema] = field(default_factory=dict)
    keeps_ids: dict[str, bool] = field(default_factory=dict)

    def planned(self) -> Plan:
        """Plan it: what is registered already is left out.

        Raises:
            KafkaFailure: with the cause.
        """
        global_mode = subjects.mode(self.registry)
        for line in self.lines:
            if line.subject not in self.keeps_ids:
                own = subjects.mode(self.registry, line.subject) if global_mode else ""
                self.keeps_ids[line.subject] = (own or global_mode) == IMPORT
            self.find(line)
        new = [line for line in self.lines if line.key not in self.present]
        return plan.import_lines([(line, self.keeps_ids[line.subject]) for line in new], len(self.lines) - len(new))

    def find(self, line: SchemaLine) -> None:
        """Note a line that is registered already; one that refers to what is not yet is none."""
        try:
            schema = kafka.registered_as(self.registry, line.subject, self.translated(line))
        except InvalidRequest:
            return
        if schema and schema.version:
            self.present[line.key], self.versions[line.key] = schema, schema.version

    def translated(self, line: SchemaLine) -> NewSchema:
        """Return a line's schema, with the versions that its references have here."""
        references = tuple(
            replace(each, version=self.versions.get((each.subject, each.version), each.version))
            for each in line.references
        )
        return NewSchema(line.kind, line.text, references)

    def apply(self) -> None:
        """Register what is not yet, line by line.

        Raises:
            KafkaFailure: one line was refused; those before it are registered.
        """
        for line in self.lines:
            if line.key in self.present:
                continue
            identity: Mapping[str, int] = {}
            if self.keeps_ids.get(line.subject) and line.id is not None:
                identity = {"id": line.id, "version": line.version}
            try:
                kafka.register(self.registry, line.subject, self.translated(line), identity)
            except KafkaFailure as failure:
                done = len([each for each in self.lines if each.key in self.present])
                raise type(failure)(
                    f"{line.subject} version {line.version}: {failure.sentence} Before it, {done} of {len(self.lines)} "
                    f"were registered.",
                    failure.advice or "Correct it, then import the same lines again.",
                ) from failure
            self.find(line)
