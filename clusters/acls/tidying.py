"""Which ACLs of a cluster change nothing, or seem to be unused, from the inventory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import starmap

from django.http import HttpRequest

from clusters.access import sees
from clusters.acls.unused import Names, unused_reason
from clusters.authorizer.redundancy import Redundancy, RedundantAcl, redundant
from clusters.authorizer.words import acl_words
from clusters.gateway.access.acls import Acl
from clusters.inventory.access import settings_of
from clusters.models import AclEntry, ClientQuota, Cluster, Group, Mirror, ScramUser, Topic

SHOWN = 50  # of each sort: as many as can be deleted at once
NAMED = 3  # ACLs in a reason
UNUSED = "unused"
SENTENCES = {
    Redundancy.DUPLICATE: "The same as {}",
    Redundancy.SHADOWED: "Covered by {}",
    Redundancy.DENIED: "Denied anyway by {}",
}
HIDDEN = "an ACL that you may not view"


@dataclass(frozen=True)
class TidyAcl:
    """An ACL that could be deleted, and why."""

    acl: Acl
    kind: str
    reason: str


@dataclass(frozen=True)
class Tidying:
    """ACLs that may go without changing a decision, and those that seem to be unused; how many are not shown."""

    without_effect: Sequence[TidyAcl]
    unused: Sequence[TidyAcl]
    more_without_effect: int = 0
    more_unused: int = 0
    acls: int = 0


def tidying_of(request: HttpRequest, cluster: Cluster, most: int = SHOWN) -> Tidying:
    """Return what of a cluster's ACLs a person may tidy up: all are judged, and those in sight are named."""
    every = list(starmap(Acl, AclEntry.objects.filter(cluster=cluster).values_list(*AclEntry.KEY)))
    sees_name = cache(partial(sees, request, cluster, "acls.view"))

    def is_in_sight(acl: Acl) -> bool:
        return sees_name(acl.resource_name)

    redundancies = redundant(every, networks=settings_of(cluster).networks)
    visible = [each for each in redundancies if is_in_sight(each.acl)]
    without_effect = [
        TidyAcl(each.acl, str(each.kind), reason_of(each, filter(is_in_sight, each.because))) for each in visible[:most]
    ]
    names, named = names_of(cluster), {each.acl for each in redundancies}
    unused = [
        TidyAcl(acl, UNUSED, f"{reason[0].upper()}{reason[1:]}")
        for acl in sorted(every)
        if (reason := unused_reason(acl, names)) and acl not in named and is_in_sight(acl)
    ]
    return Tidying(
        without_effect,
        unused[:most],
        max(0, len(visible) - most),
        max(0, len(unused) - most),
        sum(map(is_in_sight, every)),
    )


def reason_of(redundant_acl: RedundantAcl, visible: Iterable[Acl]) -> str:
    words = [acl_words(acl) for acl in visible]
    named = "; ".join(words[:NAMED]) or HIDDEN
    more = len(words) - NAMED
    return SENTENCES[redundant_acl.kind].format(f"{named} and {more:,} more" if more > 0 else named)


def names_of(cluster: Cluster) -> Names:
    """Return the names that the inventory is sure of: nothing while the cluster, or a part of it, does not answer."""
    mirror = Mirror.objects.filter(cluster=cluster).first()
    if mirror is None or mirror.current_as_of is None or mirror.error:
        return Names()
    by_type = {"TOPIC": sorted(Topic.objects.filter(cluster=cluster).values_list("name", flat=True))}
    if not any(str(subject).startswith("group") for subject, _ in mirror.failures):
        by_type["GROUP"] = sorted(Group.objects.filter(cluster=cluster).values_list("name", flat=True))
    return Names(by_type, None if mirror.users_error else users_of(cluster))


def users_of(cluster: Cluster) -> set[str] | None:
    """Return the users with credentials or quotas; None where nobody has credentials: others authenticate otherwise."""
    users = set(ScramUser.objects.filter(cluster=cluster).values_list("name", flat=True))
    if not users:
        return None
    quotas = ClientQuota.objects.filter(cluster=cluster, user__isnull=False)
    return users | {user for user in quotas.values_list("user", flat=True) if user}
