"""Changes to our own record of a cluster, as plans and the audit log show them; a secret's value is never shown."""

from django.http import HttpRequest

from accounts.access import ASK, granted
from accounts.own_records import apply_own_change
from accounts.permissions import may
from clusters.connections.forms import SECRETS, ClusterForm
from clusters.connections.registry_changes import registry_steps, steps_of_registries
from clusters.connections.steps import field_steps, secret_steps
from clusters.gateway.errors import Conflict, NotAuthorized
from clusters.inventory.replacement import start_anew
from clusters.models import Cluster, Job, Mirror
from core.patterns import EVERYTHING
from core.plan import Plan, Step

STRICT = "Switch approvals off first, under Approvals: a second person has to approve that."


def plan_saving(form: ClusterForm, before: Cluster | None) -> Plan:
    """Return what saving a valid form changes; ``before`` is the cluster as stored, None for a new one."""
    after, registry = form.unsaved(), form.registry
    steps = (*steps_of(before, after), *registry_steps(registry.present(), registry.typed()))
    return Plan("clusters.edit" if before else "clusters.add", after.name, steps)


def save(request: HttpRequest, form: ClusterForm, plan: Plan) -> Cluster:
    """Save the cluster.

    Raises:
        NotAuthorized: its masking would change, and not all of its records may be seen unmasked.
    """
    before = form.before
    if before.pk and before.masking != form.cleaned_data["masking"]:
        require_unmasking(request, before)
    return apply_own_change(request, plan, form.save, cluster=form.instance.slug)


def require_unmasking(request: HttpRequest, cluster: Cluster) -> None:
    """Refuse to change masking to whoever may not see what it masks.

    Raises:
        NotAuthorized: this is so.
    """
    if not may(granted(request), "messages.unmask", cluster.slug, EVERYTHING):
        sentence = f"You cannot change the masking of {cluster.name} (needs messages.unmask on all topics)."
        raise NotAuthorized(sentence, ASK)


def plan_forgetting(cluster: Cluster) -> Plan:
    """Return what forgetting a cluster changes.

    Raises:
        Conflict: it requires approvals, which adding it anew would do without.
    """
    if cluster.needs_approval:
        raise Conflict(f"{cluster.name} requires approvals.", STRICT)
    steps = (*steps_of(cluster, None), *steps_of_registries(cluster.registries.all(), ()))
    return Plan("clusters.delete", cluster.name, steps)


def forget(request: HttpRequest, cluster: Cluster, plan: Plan) -> None:
    """Delete our record of a cluster. Kafka itself is not touched.

    Raises:
        Conflict: a job of it runs, which would leave what it needs in Kafka behind.
    """
    job = Job.objects.filter(cluster=cluster, state__in=Job.OPEN).order_by("pk").first()
    if job:
        raise Conflict(f"Job {job.pk} is running: {job.title}.", "Stop it first.")
    apply_own_change(request, plan, cluster.delete, cluster=cluster.slug)


def plan_replacement(cluster: Cluster) -> Plan:
    """Return what accepting the Kafka that answers now changes: which cluster is known.

    Raises:
        Conflict: it requires approvals, which the former Kafka would not any more, where it is added anew.
    """
    if cluster.needs_approval:
        raise Conflict(f"{cluster.name} requires approvals.", STRICT)
    mirror = Mirror.objects.filter(cluster=cluster).first()
    step = Step("cluster id", mirror.kafka_cluster_id if mirror else "", None)
    return Plan("clusters.edit", cluster.name, (step,))


def accept_replacement(request: HttpRequest, cluster: Cluster, plan: Plan) -> None:
    """Drop what was stored of the cluster that answered before."""
    apply_own_change(request, plan, lambda: start_anew(cluster), cluster=cluster.slug)


def steps_of(before: Cluster | None, after: Cluster | None) -> tuple[Step, ...]:
    """Return the differences between two states of a cluster, field by field; None stands for no cluster."""
    old, new = (cluster.secrets if cluster else {} for cluster in (before, after))
    return (*field_steps(before, after, ClusterForm.Meta.fields), *secret_steps(old, new, SECRETS))
