"""Giving a principal the rights of another one: the ACLs that it lacks for that."""

from dataclasses import dataclass, replace

from django.http import HttpRequest

from clusters.access import sees
from clusters.acls import plan
from clusters.acls.queries import surroundings_of
from clusters.authorizer.redundancy import lacking
from clusters.gateway.access import acls as kafka
from clusters.gateway.access.acls import Acl
from clusters.gateway.errors import Conflict, NotFound
from clusters.inventory.access import settings_of
from clusters.models import Cluster
from core.plan import Plan
from core.web.formats import plural

NONE = "No ACL that you may view names {}."
NOTHING = "Nothing to create: {} has these rights already."
SAME = "Name two principals."


@dataclass(frozen=True)
class AclCopy:
    """The ACLs to create, and the plan of it."""

    acls: tuple[Acl, ...]
    plan: Plan


def plan_copy(request: HttpRequest, cluster: Cluster, source: str, target: str) -> AclCopy:
    """Plan the ACLs of one principal, as far as the person may view them, for another that lacks them.

    Raises:
        NotFound: there are none.
        Conflict: the other one has what they allow and deny already.
        KafkaFailure: with the cause.
    """
    if source == target:
        raise Conflict(SAME)
    present = kafka.list_acls(cluster.connection())
    own = [acl for acl in present if acl.principal == source and sees(request, cluster, "acls.view", acl.resource_name)]
    if not own:
        raise NotFound(NONE.format(source))
    requested = sorted(acl._replace(principal=target) for acl in own)
    acls = tuple(lacking(requested, present, networks=settings_of(cluster).networks))
    if not acls:
        raise Conflict(NOTHING.format(target))
    planned = plan.create(acls, present, surroundings_of(cluster))
    left = len(requested) - len(acls)
    note = (f"{plural(left, 'ACL')} of {source} left out: {target} has as much already.",) if left else ()
    return AclCopy(acls, replace(planned, warnings=(*planned.warnings, *note)))
