"""Adding, editing, testing and forgetting clusters. Kafka itself is not touched; secrets go in and never come out."""

from copy import copy
from typing import Any, Literal

from django.forms.models import model_to_dict
from ninja import Field, Query, Schema, Status
from pydantic import SecretStr

from api.clusters.overview import CLUSTER, VerdictOut, router, verdict_out
from api.kit.access import ApiRequest, everywhere, on_cluster
from api.kit.changes import CHANGED, CREATED, Asking, Change, ConfirmedAsking, require_name, require_plan, told
from api.kit.problems import Refused, invalid
from api.kit.types import Line, Text, lines
from clusters.changes import Plan, Step
from clusters.connections.changes import steps_of
from clusters.connections.forms import SECRETS, ClusterForm
from clusters.gateway.probe.connection_test import probe
from clusters.inventory.replacement import start_anew
from clusters.models import Cluster, Mirror
from clusters.refresh import refresh_now
from clusters.views import record_change

DECLARED = "{name} is declared in the configuration; change it there."


class ClusterIn(Schema):
    """How a cluster is reached. What is left out keeps its value, or its default."""

    name: Line | None = Field(None, max_length=100)
    bootstrap_servers: Line | None = Field(None, max_length=2000, description="host:port, separated by commas")
    environment: Literal["", "dev", "staging", "production"] | None = None
    read_only: bool | None = None
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] | None = None
    sasl_mechanism: Literal["", "SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER", "GSSAPI"] | None = None
    username: Line | None = None
    ca_pem: Text | None = None
    certificate_pem: Text | None = None
    verify_hostname: bool | None = None
    oauth_token_url: Line | None = None
    oauth_client_id: Line | None = None
    oauth_scope: Line | None = None
    kerberos_service_name: Line | None = None
    kerberos_principal: Line | None = None
    properties: dict[Line, Line] | None = Field(None, description="Further librdkafka client properties.")
    password: SecretStr | None = None
    key_pem: SecretStr | None = None
    key_password: SecretStr | None = None
    oauth_client_secret: SecretStr | None = None


class ConnectionOut(Schema):
    """How a cluster is reached."""

    name: str
    bootstrap_servers: str
    environment: str
    read_only: bool
    security_protocol: str
    sasl_mechanism: str
    username: str
    ca_pem: str
    certificate_pem: str
    verify_hostname: bool
    oauth_token_url: str
    oauth_client_id: str
    oauth_scope: str
    kerberos_service_name: str
    kerberos_principal: str
    properties: dict[str, str]
    secrets: list[str] = Field(description="The names of the secrets that are stored; they are never told.")


def form_for(cluster: Cluster, body: ClusterIn) -> ClusterForm:
    """Return the page's own form, filled with the present values and what is to be changed.

    Raises:
        Refused: the form does not accept them.
    """
    given = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    for name in SECRETS:
        if name in given:
            given[name] = given[name].get_secret_value().replace("\0", "")
    values = model_to_dict(cluster, fields=ClusterForm.Meta.fields) | given
    form = ClusterForm({**values, "properties": lines(values["properties"])}, instance=cluster)
    if not form.is_valid():
        raise invalid(form)
    return form


def save(request: ApiRequest, asked: Asking, cluster: Cluster, body: ClusterIn, action: str) -> Change:
    """Check a cluster's values, and save them unless this is a dry run."""
    before = copy(cluster) if cluster.pk else None
    form = form_for(cluster, body)
    plan = Plan(action, form.instance.name, steps_of(before, form.unsaved()))
    require_plan(asked, plan)
    if not asked.dry_run:
        saved = form.save()
        record_change(request, saved, action, plan.steps)
        refresh_now(saved)
    return told(plan, done=not asked.dry_run)


def require_own(cluster: Cluster) -> None:
    """Refuse to change what a configuration declares.

    Raises:
        Refused: it is declared.
    """
    if cluster.declared:
        raise Refused(403, DECLARED.format(name=cluster.name))


@router.post("/clusters", response=CREATED, auth=everywhere("clusters.add"))
def add_cluster(request: ApiRequest, body: ClusterIn, asked: Query[Asking]) -> Status[Any]:
    """Add a cluster."""
    return Status(200 if asked.dry_run else 201, save(request, asked, Cluster(), body, "clusters.add"))


@router.post("/cluster-tests", response=VerdictOut, auth=everywhere("clusters.add"))
def test_new_cluster(request: ApiRequest, body: ClusterIn) -> VerdictOut:
    """Test a connection without saving it."""
    return verdict_out(probe(form_for(Cluster(), body).unsaved().connection()))


@router.get(f"{CLUSTER}/connection", response=ConnectionOut, auth=on_cluster("clusters.edit"))
def show_connection(request: ApiRequest, cluster: str) -> dict[str, Any]:
    """Show how a cluster is reached, without its secrets."""
    found = request.cluster
    stored = sorted(name for name, value in found.secrets.items() if value)
    return {**model_to_dict(found, fields=ClusterForm.Meta.fields), "secrets": stored}


@router.patch(CLUSTER, response=CHANGED, auth=on_cluster("clusters.edit"))
def edit_cluster(request: ApiRequest, cluster: str, body: ClusterIn, asked: Query[Asking]) -> Status[Any]:
    """Change how a cluster is reached. A secret that is left out is kept."""
    require_own(request.cluster)
    return Status(200, save(request, asked, request.cluster, body, "clusters.edit"))


@router.delete(CLUSTER, response=CHANGED, auth=on_cluster("clusters.delete"))
def forget_cluster(request: ApiRequest, cluster: str, asked: Query[ConfirmedAsking]) -> Status[Any]:
    """Forget a cluster; in production its name must be given. Kafka itself is not touched."""
    found = request.cluster
    if not found.may_be_forgotten:
        require_own(found)
    require_name(found, asked, asked.confirm, found.name)
    plan = Plan("clusters.delete", found.name, steps_of(found, None))
    require_plan(asked, plan)
    if not asked.dry_run:
        record_change(request, found, "clusters.delete", plan.steps)
        found.delete()
    return Status(200, told(plan, done=not asked.dry_run))


@router.post(f"{CLUSTER}/start-anew", response=CHANGED, auth=on_cluster("clusters.edit"))
def take_for_known(request: ApiRequest, cluster: str, asked: Query[Asking]) -> Status[Any]:
    """Take the Kafka that answers now for the one we know; what was learnt of the old one is dropped."""
    found = request.cluster
    mirror = Mirror.objects.filter(cluster=found).first()
    plan = Plan("clusters.edit", found.name, (Step("cluster id", mirror.kafka_cluster_id if mirror else "", None),))
    require_plan(asked, plan)
    if not asked.dry_run:
        start_anew(found)
        record_change(request, found, plan.action, plan.steps)
        refresh_now(found)
    return Status(200, told(plan, done=not asked.dry_run))
