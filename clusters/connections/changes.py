"""Changes to our own record of a cluster, as plans and the audit log show them; a secret's value is never shown."""

import hashlib
import json

from django.forms.models import model_to_dict
from django.http import HttpRequest

from accounts.access import ASK, granted
from accounts.own_records import apply_own_change
from accounts.permissions import may
from clusters.connections.forms import SECRETS, ClusterForm
from clusters.gateway.errors import Conflict, NotAuthorized
from clusters.inventory.replacement import start_anew
from clusters.models import Cluster, Job, Mirror
from core.patterns import EVERYTHING
from core.plan import Plan, Step

SET, SET_ANEW = "set", "updated"
STRICT = "Switch approvals off first, under Approvals: a second person has to approve that."


def plan_saving(form: ClusterForm, before: Cluster | None) -> Plan:
    """Return what saving a valid form changes; ``before`` is the cluster as stored, None for a new one."""
    after = form.unsaved()
    return Plan("clusters.edit" if before else "clusters.add", after.name, steps_of(before, after))


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
    return Plan("clusters.delete", cluster.name, steps_of(cluster, None))


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
    old, new = (serialize_fields(cluster) if cluster else {} for cluster in (before, after))
    names = dict.fromkeys([*old, *new])
    steps = [Step(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
    return (*steps, *secret_steps(before, after))


def serialize_fields(cluster: Cluster) -> dict[str, str]:
    """Return a cluster's fields as text, without empty ones."""
    values = model_to_dict(cluster, fields=ClusterForm.Meta.fields)
    texts = {name.replace("_", " "): text_of(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text}


def text_of(value: object) -> str:
    """Return a value as one line of text: PEM text as a fingerprint, since it is long."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, dict):
        return ", ".join(f"{key}={text}" for key, text in sorted(value.items()))
    text = str(value)
    return f"PEM text, SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:16]}" if "-----BEGIN" in text else text


def secret_steps(before: Cluster | None, after: Cluster | None) -> list[Step]:
    """Return which secrets were set, replaced or removed."""
    old, new = (
        {name: cluster.secrets.get(name, "") if cluster else "" for name in SECRETS} for cluster in (before, after)
    )
    return [
        Step(name.replace("_", " "), SET if old[name] else None, serialize_secret(new[name], replaced=bool(old[name])))
        for name in SECRETS
        if old[name] != new[name]
    ]


def serialize_secret(secret: str, *, replaced: bool) -> str | None:
    """Return how a stored secret is described; None where there is none."""
    if not secret:
        return None
    return SET_ANEW if replaced else SET
