"""The users and quotas of a run: their rows, or why they could not be read."""

from dataclasses import asdict

from clusters.gateway import quotas
from clusters.gateway.access import users
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, TimedOut, Unreachable
from clusters.inventory.rows import Row
from clusters.inventory.writes import unless_overtaken, write
from clusters.models import ClientQuota, Mirror, ScramUser

COLUMNS = {"SCRAM-SHA-256": "sha_256", "SCRAM-SHA-512": "sha_512"}


def write_users(connection: Connection, mirror: Mirror) -> bool:
    """Write the users with SCRAM credentials; return whether Kafka answered, also where it refused."""
    try:
        credentials = users.list_credentials(connection)
    except KafkaFailure as failure:
        mirror.users_error = f"{failure.sentence} {failure.advice}"
        return not isinstance(failure, TimedOut | Unreachable)
    mirror.users_error = ""
    user_rows: dict[str, Row] = {}
    for credential in credentials:
        row = user_rows.setdefault(credential.user, {"sha_256": None, "sha_512": None})
        row[COLUMNS[credential.mechanism]] = credential.iterations
    with unless_overtaken(mirror):
        write(ScramUser, mirror.cluster, ("name",), user_rows)
    return True


def write_quotas(connection: Connection, mirror: Mirror) -> bool:
    """Write the quotas; return whether Kafka answered, also where it refused."""
    try:
        quotas_by_entity = quotas.list_quotas(connection)
    except KafkaFailure as failure:
        mirror.quotas_error = f"{failure.sentence} {failure.advice}"
        return not isinstance(failure, TimedOut | Unreachable)
    mirror.quotas_error = ""
    quota_rows = {
        tuple(asdict(entity).values()): quota_row(entity, values) for entity, values in quotas_by_entity.items()
    }
    with unless_overtaken(mirror):
        write(ClientQuota, mirror.cluster, ClientQuota.KEY, quota_rows)
    return True


def quota_row(entity: quotas.Entity, values: quotas.Quotas) -> Row:
    rates = {name: values.get(name) for name in ClientQuota.RATES}
    return {"resource": entity.resource, **rates}
