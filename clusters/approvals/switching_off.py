"""Switching approvals off, which itself waits for a second person: nothing else does it.

The form of a cluster, imports, declared files and commands leave approvals on where they are on; whoever may edit a
cluster could do without a second person otherwise.
"""

from clusters.gateway.errors import Conflict
from clusters.models import Cluster
from core.plan import Plan, Step

ACTION = "clusters.edit"
STEP = Step("approval by a second person", "required", None)
WARNING = "Changes that remove something or lose data are applied at once from then on."
DECLARED = "The configuration switches it on again, whenever it is applied, unless needsApproval is removed there."


def plan_switching_off(cluster: Cluster) -> Plan:
    """Return what switching approvals off changes.

    Raises:
        Conflict: they are off.
    """
    if not cluster.needs_approval:
        raise Conflict(f"{cluster.name} does not require approvals.", "There is nothing to switch off.")
    warnings = (WARNING, DECLARED) if cluster.declared else (WARNING,)
    return Plan(ACTION, cluster.name, (STEP,), warnings)


def switch_off(cluster: Cluster) -> None:
    """Switch approvals off: to be called by the door only, which has a second person approve."""
    Cluster.objects.filter(pk=cluster.pk).update(needs_approval=False)
