"""Whether the previous version still works on a database that this one migrated. Pure, over Django's migrations.

``kafkaadmin migrate`` runs while processes of the previous version still serve: they read and write by their models.
So migrations only add; what cannot be told from a migration is allowed by hand, with the reason.

django-migration-linter does less. It reads the SQL, in which a text that becomes longer looks as one that becomes
shorter (it refuses both), and lets RunPython, RunSQL and new checks pass. On SQLite, where a table is made again for
most changes, it refuses columns with a default in the database, too; for the rest it needs a PostgreSQL. Where there is
no tag yet, it knows no version to begin from.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Operations by migration and description, and why they do not break the previous version.
_SAME_TABLE = "Only the class has another name: the table is the same, and no statement runs on it."
_NEW_TABLE = "The version before knows no such table."
_EQUAL_GRANT = "A second equal grant, which the version before might make, gives nobody anything; it is refused."
_WIDER = "It is the constraint that was there, over more columns: what the version before inserts is as unique as ever."
ALLOWED: dict[tuple[str, str], str] = {
    ("metrics.0003_finding_row", "Rename table for finding to metrics_finding"): _SAME_TABLE,
    ("metrics.0003_finding_row", "Rename model Finding to FindingRow"): _SAME_TABLE,
    ("accounts.0002_one_equal_grant", "Raw Python operation"): "It drops grants that are there twice: one is enough.",
    ("accounts.0002_one_equal_grant", "Create constraint one_equal_grant_a_user on model grant"): _EQUAL_GRANT,
    ("accounts.0002_one_equal_grant", "Create constraint one_equal_grant_a_group on model grant"): _EQUAL_GRANT,
    ("accounts.0004_declared_teams", "Add field team to teamdeclaration"): _NEW_TABLE,
    ("accounts.0004_declared_teams", "Create constraint one_equal_company_group on model companygroup"): _WIDER,
    (
        "accounts.0005_audit_chain",
        "Raw Python operation",
    ): "It fills a new table; entries of the version before are sealed by `kafkaadmin audit seal`.",
    ("clusters.0012_jobs", "Create constraint one_open_job_a_plan on model job"): _NEW_TABLE,
    ("clusters.0012_jobs", "Create constraint one_row_a_piece on model jobpiece"): _NEW_TABLE,
    ("clusters.0016_connect", "Create constraint one_row_a_connect_cluster on model connectcluster"): _NEW_TABLE,
    ("clusters.0016_connect", "Create constraint one_row_a_connector on model connector"): _NEW_TABLE,
    ("clusters.0016_connect", "Create constraint one_row_a_connector_topic on model connectortopic"): _NEW_TABLE,
    ("clusters.0022_registries", "Create constraint one_row_a_subject on model subject"): _NEW_TABLE,
    ("clusters.0022_registries", "Create constraint one_row_a_schema_and_topic on model schemause"): _NEW_TABLE,
    ("clusters.0022_registries", "Raw Python operation"): "It moves what the version before has nothing of.",
    **{
        ("clusters.0022_registries", f"Alter field registry on {model}"): _NEW_TABLE
        for model in ("subject", "schemause")
    },
    **{
        (
            "clusters.0022_registries",
            f"Remove field registry_{name} from cluster",
        ): "The version before has no such column."
        for name in (
            "url",
            "username",
            "ca_pem",
            "certificate_pem",
            "verify",
            "oauth_token_url",
            "oauth_client_id",
            "oauth_scope",
        )
    },
    ("clusters.0022_registries", "Delete model RegistryMirror"): _NEW_TABLE,
    ("metrics.0004_headers_among_the_secrets", "Raw Python operation"): (
        "The version before asks a source without its further headers until it is replaced: a gap in the metrics."
    ),
}

ADDING = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
)
# Attributes of a field for people and forms; the database knows nothing of them.
NOT_IN_DATABASE = {
    "blank", "choices", "db_default", "default", "editable", "error_messages", "help_text", "validators",
    "verbose_name",
}  # fmt: skip


@dataclass(frozen=True)
class Break:
    """An operation that breaks the previous version, and why."""

    migration: str
    operation: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.migration}: {self.operation}: {self.reason} Do it in two versions, or list it in ALLOWED of "
            "scripts/upgrades.py with the reason why the version before does not mind."
        )


def breaks(state: ProjectState, migration: Migration) -> Iterator[Break]:
    """Yield what is not allowed in a migration, and apply the migration to ``state``."""
    name = f"{migration.app_label}.{migration.name}"
    for operation in migration.operations:
        reason = reason_against(state, migration.app_label, operation)
        if reason and (name, operation.describe()) not in ALLOWED:
            yield Break(name, operation.describe(), reason)
        operation.state_forwards(migration.app_label, state)


def reason_against(state: ProjectState, app: str, operation: Operation) -> str:
    """Return why an operation is not allowed; an empty text if it is."""
    if isinstance(operation, ADDING):
        return ""
    if isinstance(operation, operations.AddField):
        return against_adding(operation.field)
    if isinstance(operation, operations.AlterField):
        before = state.models[app, operation.model_name_lower].fields[operation.name]
        return against_altering(before, operation.field)
    if isinstance(operation, operations.RemoveField | operations.DeleteModel):
        return "the version before still reads and writes it."
    if isinstance(operation, operations.RenameField | operations.RenameModel | operations.AlterModelTable):
        return "the version before looks for it under its former name."
    return "the version before may do what this forbids, or not find what it changed."


def against_adding(field: "models.Field[object, object]") -> str:
    if field.many_to_many or field.null or field.has_db_default():
        return ""
    return "the version before inserts rows without it: it needs a db_default, or null."


def against_altering(before: "models.Field[object, object]", after: "models.Field[object, object]") -> str:
    old, new = in_database(before), in_database(after)
    if old.pop("null") and not new.pop("null", False):
        return "the version before writes NULL into it."
    new.pop("null", None)
    former, present = old.pop("max_length", None), new.pop("max_length", None)
    if isinstance(present, int) and (not isinstance(former, int) or present < former):
        return "the version before writes longer texts into it."
    return "" if old == new else "the version before knows it as something else."


def in_database(field: "models.Field[object, object]") -> dict[str, object]:
    """Return the part of a field's definition that the database knows."""
    _, kind, arguments, keywords = field.deconstruct()
    said = {key: value for key, value in keywords.items() if key not in NOT_IN_DATABASE}
    return {"null": False, **said, "": (kind, tuple(arguments))}
