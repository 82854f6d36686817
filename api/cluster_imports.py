"""Clusters from a configuration of kafka-ui, AKHQ or Burrow."""

from django.core.exceptions import ValidationError
from ninja import Field, Query, Schema

from accounts.access import record
from accounts.models import AuditEntry
from api.access import ApiRequest, everywhere
from api.changes import Asking
from api.clusters import router
from api.problems import Refused
from api.types import Text
from clusters.declared import store
from clusters.uploads import understood


class ConfigurationIn(Schema):
    """A configuration's text."""

    text: Text = Field(min_length=1, description="kafka-ui's or AKHQ's YAML, or Burrow's YAML or TOML.")
    name: Text = Field("sent.yml", description="A file's name, whose ending says which it is.")


class ImportOut(Schema):
    """What was made of a configuration, or would be."""

    done: bool = Field(description="false after a dry run.")
    clusters: list[str]
    remarks: list[str] = Field(description="What was not taken over.")


@router.post("/cluster-imports", response=ImportOut, auth=everywhere("clusters.add"))
def import_clusters(request: ApiRequest, body: ConfigurationIn, asked: Query[Asking]) -> ImportOut:
    """Make, or update, the clusters of a configuration. No file and no environment variable of ours is read for it."""
    try:
        found = understood(body.text, body.name)
    except ValidationError as error:
        raise Refused(422, " ".join(error.messages), errors={"text": list(error.messages)}) from error
    for one in () if asked.dry_run else found.clusters:
        cluster = store(one, declared_by_file=False)
        steps = [{"subject": "bootstrap servers", "before": None, "after": cluster.bootstrap_servers}]
        record(request, "clusters.add", cluster=cluster.slug, resource=one.name, steps=steps, outcome=AuditEntry.DONE)
    names = [one.name for one in found.clusters]
    return ImportOut(done=not asked.dry_run, clusters=names, remarks=list(found.remarks))
