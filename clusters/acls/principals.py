"""What one principal may do: its ACLs and those of everyone, pattern by pattern."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from clusters.access import within
from clusters.acls.queries import acls_in_sight
from clusters.acls.templates import OPERATIONS
from clusters.authorizer.access import Cell, access_of
from clusters.authorizer.decisions import EVERYONE, AuthorizerSettings, ResourceAcls
from clusters.authorizer.patterns import WILDCARD, Pattern
from clusters.authorizer.words import acl_words
from clusters.gateway.access.acls import Acl
from clusters.inventory.access import acl_of
from clusters.models import AclEntry, Cluster, Group, Topic

NAMED = 3  # matching topics or groups that a row names
EXCEPTIONS = 5  # ACLs that a row names
MODELS: dict[str, tuple[str, type[Model]]] = {"TOPIC": ("topics.view", Topic), "GROUP": ("groups.view", Group)}
Names = dict[str, list[str]]  # by resource type


@dataclass(frozen=True)
class PatternAccess:
    """What a principal may do with the resources of a pattern.

    ``denials`` are the first of those within this pattern: they are exceptions. ``matches`` counts the topics or groups
    that are there and that the person may see; None where the inventory has none of the type.
    """

    resource_type: str
    pattern_type: str
    resource_name: str
    cells: Sequence[Cell]
    denials: Sequence[str]
    more_denials: int
    matches: int | None
    names: Sequence[str]

    @property
    def is_open(self) -> bool:
        """Whether it may match other names than its own."""
        return self.pattern_type == "PREFIXED" or self.resource_name == WILDCARD

    @property
    def viewname(self) -> str:
        return self.resource_type.lower()


class PrincipalAcls:
    """The ACLs of a principal and of everyone, by resource, so that each pattern reads only those that cover it."""

    def __init__(self, principal: str, settings: AuthorizerSettings, acls: Iterable[Acl]) -> None:
        self.principal, self.settings = principal, settings
        self.by_resource: dict[tuple[str, str], list[Acl]] = defaultdict(list)
        for acl in acls:
            self.by_resource[acl.resource_type, acl.resource_name].append(acl)

    def cells(self, pattern: Pattern) -> list[Cell]:
        """Return the operations that an ACL on all of the pattern allows or denies."""
        names = {WILDCARD, *(pattern.name[:length] for length in range(len(pattern.name) + 1))}
        covering = [acl for name in names for acl in self.by_resource.get((pattern.resource_type, name), ())]
        acls = ResourceAcls(covering, self.settings, pattern)
        operations = [name for name in OPERATIONS.get(pattern.resource_type, ()) if name != "ALL"]
        access = access_of(acls, self.principal, operations)
        return [cell for cell in access.cells if cell.is_said]


def entries_of(request: HttpRequest, cluster: Cluster, principal: str) -> QuerySet[AclEntry]:
    """Return the ACLs of a principal and of everyone that the person may see."""
    return acls_in_sight(request, cluster).filter(principal__in={principal, EVERYONE})


def names_in_sight(request: HttpRequest, cluster: Cluster, types: Collection[str]) -> Names:
    """Return the names of a cluster's topics and groups that the person's grants cover, sorted."""
    names = {}
    for resource_type in MODELS.keys() & set(types):
        action, model = MODELS[resource_type]
        rows = within(request, cluster, action, model._default_manager.filter(cluster=cluster))
        names[resource_type] = sorted(rows.values_list("name", flat=True))
    return names


def matching(pattern: Pattern, names: Sequence[str]) -> Sequence[str]:
    """Return the names of a pattern, among sorted ones."""
    first = bisect_left(names, pattern.name)
    if not pattern.is_prefix:
        return names[first : first + 1] if pattern.name in names[first : first + 1] else []
    last = bisect_left(names, True, lo=first, key=lambda name: not name.startswith(pattern.name))
    return names[first:last]


def accesses(
    request: HttpRequest, cluster: Cluster, entries: Iterable[AclEntry], acls: PrincipalAcls
) -> list[PatternAccess]:
    """Return what a principal may do with the patterns of some entries.

    It is decided by all of its ACLs, as Kafka does it; what is named as an exception is only what the person may see.
    """
    examples = {Pattern.of(acl): acl for acl in map(acl_of, entries)}
    names = names_in_sight(request, cluster, {pattern.resource_type for pattern in examples})
    denials = [acl_of(entry) for entry in entries_of(request, cluster, acls.principal).exclude(permission="ALLOW")]
    return [pattern_access(acl, acls, denials, names) for _, acl in sorted(examples.items())]


def pattern_access(acl: Acl, acls: PrincipalAcls, denials: Sequence[Acl], names: Names) -> PatternAccess:
    """Return what a principal may do with the pattern of one of its ACLs."""
    pattern = Pattern.of(acl)
    exceptions = [denial for denial in denials if pattern.has_within(denial)]
    matches = matching(pattern, names[acl.resource_type]) if acl.resource_type in names else None
    return PatternAccess(
        resource_type=acl.resource_type,
        pattern_type=acl.pattern_type,
        resource_name=acl.resource_name,
        cells=acls.cells(pattern),
        denials=[acl_words(denial) for denial in exceptions[:EXCEPTIONS]],
        more_denials=max(0, len(exceptions) - EXCEPTIONS),
        matches=None if matches is None else len(matches),
        names=(matches or [])[:NAMED],
    )
