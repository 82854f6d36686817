"""The ``kafkaadmin`` command. Commands are imported when they are called, so that each starts fast."""

import importlib
import os
from pathlib import Path

import click

from kafkaadmin import __version__

COMMANDS = {
    "up": ("kafkaadmin.cli.local.up", "up"),
    "web": ("kafkaadmin.cli.local.processes", "web"),
    "burrow": ("kafkaadmin.cli.local.processes", "burrow"),
    "worker": ("kafkaadmin.cli.local.processes", "worker"),
    "beat": ("kafkaadmin.cli.local.processes", "beat"),
    "migrate": ("kafkaadmin.cli.local.processes", "migrate"),
    "alive": ("kafkaadmin.cli.local.alive", "alive"),
    "check": ("kafkaadmin.cli.local.check", "check"),
    "backup": ("kafkaadmin.cli.local.maintenance", "backup"),
    "restore": ("kafkaadmin.cli.local.maintenance", "restore"),
    "rotate-keys": ("kafkaadmin.cli.local.maintenance", "rotate_keys"),
    "audit": ("kafkaadmin.cli.local.audit", "audit"),
    "people": ("kafkaadmin.cli.local.people", "people"),
    "clusters": ("kafkaadmin.cli.local.clusters", "clusters"),
    "brokers": ("kafkaadmin.cli.remote.brokers", "brokers"),
    "topics": ("kafkaadmin.cli.remote.topics", "topics"),
    "records": ("kafkaadmin.cli.remote.records", "records"),
    "groups": ("kafkaadmin.cli.remote.groups", "groups"),
    "jobs": ("kafkaadmin.cli.remote.jobs", "jobs"),
    "approvals": ("kafkaadmin.cli.remote.approvals", "approvals"),
    "lag": ("kafkaadmin.cli.remote.lag", "lag"),
    "findings": ("kafkaadmin.cli.remote.findings", "findings"),
    "rules": ("kafkaadmin.cli.remote.rules", "rules"),
    "transactions": ("kafkaadmin.cli.remote.transactions", "transactions"),
    "reassignments": ("kafkaadmin.cli.remote.reassignments", "reassignments"),
    "users": ("kafkaadmin.cli.remote.access.users", "users"),
    "acls": ("kafkaadmin.cli.remote.access.acls", "acls"),
    "schemas": ("kafkaadmin.cli.remote.registry.schemas", "schemas"),
    "connectors": ("kafkaadmin.cli.remote.connect.connectors", "connectors"),
    "quotas": ("kafkaadmin.cli.remote.access.quotas", "quotas"),
    "export": ("kafkaadmin.cli.remote.declared.manifests", "export_manifest"),
    "drift": ("kafkaadmin.cli.remote.declared.drift", "drift"),
    "protobuf-types": ("kafkaadmin.cli.remote.registry.protobuf_types", "protobuf_types"),
    "apply": ("kafkaadmin.cli.remote.declared.manifests", "apply_manifest"),
    "completion": ("kafkaadmin.cli.completion", "completion"),
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a wrong setting, a full disk or a missing database ends it with one sentence.

        Raises:
            ClickException: with that sentence.
        """
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = sentence_of(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


def sentence_of(error: Exception) -> str | None:
    """Return the message for an error whose cause is outside the program. Django is imported here, and only then."""
    from django.core.exceptions import ImproperlyConfigured

    from core import environment as env
    from core.outage import outage_of

    if isinstance(error, ImproperlyConfigured):
        return f"{error} See docs/configuration.md."
    outage = outage_of(error, Path(env.text("KAFKAADMIN_DATA_DIR")).resolve())
    return f"{outage.sentence} {outage.advice} ({error})" if outage else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Web admin UI for Apache Kafka: cluster health, consumer lag and its causes, and what to do.

    `kafkaadmin up` runs everything on this host; `web`, `worker` and `beat` run one process each.
    """
    os.umask(0o077)  # what we write holds sessions and the key of secrets: it is nobody else's on this machine
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kafkaadmin.settings")
