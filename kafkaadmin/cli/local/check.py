"""``kafkaadmin check``: whether settings, database, queue, configuration and every cluster's connection are good."""

import os
import sys
from typing import Any

import click

from kafkaadmin.cli.local.unknown_variables import unknown_variables


def verdict(subject: str, problem: str = "", detail: str = "") -> bool:
    """Print one line, and return whether it is good."""
    click.echo(f"{'FAIL' if problem else 'ok  '}  {subject}: {problem or detail}")
    return not problem


@click.command()
def check() -> None:
    """Check settings, database, queue, configuration and every cluster's connection.

    The exit status tells whether everything is fine.
    """
    import django

    django.setup()
    note_variables()
    good = [check_settings(), check_data_folder(), check_database(), check_queue()]
    if good[2]:
        good += [*check_configuration(), *check_teams(), *check_clusters()]
    sys.exit(0 if all(good) else 1)


def note_variables() -> None:
    """Name what nothing reads: no fault, but hardly meant."""
    for name, similar in unknown_variables(os.environ).items():
        hint = f" Is {similar} meant?" if similar else " See docs/configuration.md."
        click.echo(f"note  variable {name}: there is no such variable, it changes nothing.{hint}")


def check_settings() -> bool:
    """Check all but the addresses of pages: no setting changes those, and loading them takes longer than all else."""
    from django.core.checks import ERROR, Tags
    from django.core.checks.registry import registry

    checks = [check for check in registry.get_checks() if Tags.urls not in check.tags]
    messages = [message for check in checks for message in check(app_configs=None, databases=None)]
    return verdict("settings", "; ".join(str(message) for message in messages if message.level >= ERROR), "valid")


def check_data_folder() -> bool:
    """Check that the data folder can be written to, and has space."""
    from django.conf import settings

    from core.outage import free_bytes, full_disk_outage, is_full

    subject = f"data folder {settings.DATA_DIR}"
    if is_full(settings.DATA_DIR):
        outage = full_disk_outage(str(settings.DATA_DIR))
        return verdict(subject, f"{outage.sentence} {outage.advice}")
    if not os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return verdict(subject, "No permission to write there. Change its owner, or set KAFKAADMIN_DATA_DIR.")
    free = free_bytes(settings.DATA_DIR)
    return verdict(subject, "", f"{free // 2**20:,} MiB free" if free is not None else "writable")


def check_database() -> bool:
    """Connect, and look for missing migrations."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return verdict("database", f"{error}. Check DATABASE_URL.")
    problem = f"{len(missing)} migrations are missing: run `kafkaadmin migrate`" if missing else ""
    return verdict("database", problem, f"{connection.vendor}, migrated")


def check_queue() -> bool:
    from kafkaadmin.runtime.celery import app

    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # noqa: BLE001 - every transport has errors of its own
        return verdict("queue", f"{error}. Check REDIS_URL.")
    return verdict("queue", "", app.conf.broker_url.split("@")[-1])


def check_configuration() -> list[bool]:
    """Read the configuration of clusters as a start does, without storing anything."""
    from clusters.declaration.configuration import examine_configured

    failures = examine_configured().failures
    return [verdict("configuration", failure) for failure in failures] or [
        verdict("configuration", "", "all declared clusters are valid")
    ]


def check_teams() -> list[bool]:
    """Read the declared teams as a start does, without storing anything."""
    from accounts.declared_teams.sources import examine_teams

    failures = examine_teams()
    return [verdict("teams", failure) for failure in failures] or [verdict("teams", "", "all declared teams are valid")]


def check_clusters() -> list[bool]:
    from clusters.connect.clusters.changes import probe as probe_connect
    from clusters.gateway.probe.connection_test import probe
    from clusters.gateway.probe.registry_test import probe_registry
    from clusters.models import Cluster

    results = []
    for cluster in Cluster.objects.all():
        results.append(probed(f"cluster {cluster.slug}", probe(cluster.connection())))
        for row in cluster.registries.all():
            name = "" if row.is_default else f" {row.name}"
            results.append(probed(f"schema registry{name} of {cluster.slug}", probe_registry(row.connection())))
        for connect in cluster.connect_clusters.all():
            results.append(probed(f"Connect cluster {connect.name} of {cluster.slug}", probe_connect(connect)))
    return results


def probed(subject: str, result: Any) -> bool:
    """Print the verdict of a test of a connection, and return whether it is good."""
    return verdict(subject, "" if result.ok else f"{result.sentence} {result.advice}", result.sentence)
