"""Changes to our own record of a Connect cluster, as plans and the audit log show them."""

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.own_records import apply_own_change
from clusters.connect.clusters.forms import SECRETS, ConnectClusterForm
from clusters.connections.steps import field_steps, secret_steps
from clusters.gateway.connect import connectors, plugins
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import KafkaFailure, NotAuthorized
from clusters.models import Cluster, ConnectCluster, Mirror
from core.plan import Plan, Step
from core.web.formats import plural

ACTION = "clusters.edit"
DECLARED = "{} is managed by configuration; change it there."
OTHER_KAFKA = "It works with another Kafka cluster than this one."


@dataclass(frozen=True)
class Verdict:
    """The result of a test of a Connect cluster."""

    ok: bool
    sentence: str
    advice: str = ""


def probe(connect: ConnectCluster) -> Verdict:
    """Test how a Connect cluster is reached. Always answers within its deadline, and never raises."""
    client = Connect(connect.connection())
    try:
        worker = plugins.worker_of(client)
        number = len(connectors.list_connectors(client))
    except KafkaFailure as failure:
        return Verdict(False, failure.sentence, failure.advice)
    mirror = Mirror.objects.filter(cluster=connect.cluster_id).first()
    here = mirror.kafka_cluster_id if mirror else ""
    is_other = bool(here and worker.kafka_cluster_id) and worker.kafka_cluster_id != here
    sentence = f"Kafka Connect {worker.version}: connected, {plural(number, 'connector')}."
    return Verdict(not is_other, sentence, OTHER_KAFKA if is_other else "")


def require_own(cluster: Cluster) -> None:
    """Raises NotAuthorized: a configuration declares the cluster, with its Connect clusters."""
    if cluster.declared:
        raise NotAuthorized(DECLARED.format(cluster.name))


def plan_saving(form: ConnectClusterForm) -> Plan:
    """Return what saving a valid form changes."""
    before = form.before if form.before.pk else None
    after = form.unsaved()
    return Plan(ACTION, after.cluster.name, steps_of(before, after))


def save(request: HttpRequest, form: ConnectClusterForm, plan: Plan) -> ConnectCluster:
    connect: ConnectCluster = apply_own_change(request, plan, form.save, cluster=form.instance.cluster.slug)
    return connect


def plan_removal(connect: ConnectCluster) -> Plan:
    return Plan(ACTION, connect.cluster.name, steps_of(connect, None))


def remove(request: HttpRequest, connect: ConnectCluster, plan: Plan) -> None:
    """Remove our record of a Connect cluster, which itself is not touched."""
    apply_own_change(request, plan, connect.delete, cluster=connect.cluster.slug)


def steps_of(before: ConnectCluster | None, after: ConnectCluster | None) -> tuple[Step, ...]:
    """Return the differences between two states; None stands for no Connect cluster."""
    prefix = f"Connect cluster {(after or before).name}: "  # type: ignore[union-attr]
    old, new = (connect.secrets if connect else {} for connect in (before, after))
    fields = field_steps(before, after, ConnectClusterForm.Meta.fields, prefix)
    return (*fields, *secret_steps(old, new, SECRETS, prefix))
