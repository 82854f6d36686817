"""Plans that end the differences between a cluster and a manifest: each is a change of its own in the audit log."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial, singledispatchmethod

from django.http import HttpRequest

from clusters.acls import inventory_rows as acl_rows
from clusters.acls import lock_out
from clusters.acls import plan as acl_plan
from clusters.acls import queries as acl_queries
from clusters.bulk.deletions import topic_deletions
from clusters.bulk.items import Change, Item, planned
from clusters.gateway import configs, quotas, topics
from clusters.gateway.access import acls, users
from clusters.gateway.errors import Conflict
from clusters.manifests import replication
from clusters.manifests.differences import (
    AclNotListed,
    AclsMissing,
    CannotApply,
    ConfigsDiffer,
    CredentialsNotListed,
    Difference,
    PartitionsMissing,
    QuotasDiffer,
    ReplicationDiffers,
    TopicMissing,
    TopicNotListed,
)
from clusters.manifests.present import Present
from clusters.models import Cluster
from clusters.quota_words import entity_words
from clusters.quotas import inventory_rows as quota_rows
from clusters.quotas import plan as quota_plan
from clusters.topics import plan as topic_plan
from clusters.topics import rows as topic_rows
from clusters.topics.dangers import TopicFacts
from clusters.topics.planning import identified
from clusters.users import inventory_rows as user_rows
from clusters.users import plan as user_plan
from clusters.users.plan import Surroundings
from clusters.users.queries import surroundings_of
from core.plan import Plan
from core.web.formats import first_names


class Planning:
    """Plans changes to a cluster from what was read of it, on behalf of a person.

    ``rate`` throttles what moves replicas, in bytes per second and broker.
    """

    def __init__(self, request: HttpRequest, cluster: Cluster, present: Present, rate: int | None) -> None:
        self.request, self.cluster, self.present, self.rate = request, cluster, present, rate
        self.connection = cluster.connection()

    @cached_property
    def surroundings(self) -> Surroundings:
        return surroundings_of(self.cluster)

    @cached_property
    def around_acls(self) -> lock_out.Surroundings:
        return acl_queries.surroundings_of(self.cluster)

    def item(self, difference: Difference) -> Item:
        """Plan what ends a difference; what may not or cannot be done says why."""

        def change(_name: str, _pinned: str) -> Change:
            change = self.change(difference)
            if not isinstance(difference, ConfigsDiffer):
                return change
            return replace(change, plan=identified(self.connection, change.plan))  # to be applied, not only compared

        return planned(self.request, self.cluster, change, name_of(difference))

    def compared(self, difference: Difference) -> Item:
        """Plan what would end a difference, for whoever may only look at it."""
        if isinstance(difference, CannotApply):
            return Item(difference.name, problem=difference.reason)
        return Item(name_of(difference), self.change(difference))

    @singledispatchmethod
    def change(self, difference: CannotApply) -> Change:
        raise Conflict(difference.reason)

    @change.register
    def _(self, difference: TopicMissing) -> Change:
        topic = difference.topic
        return Change(
            topic_plan.create(topic),
            partial(topics.create, self.connection, topic),
            partial(topic_rows.topic_created, self.cluster, topic),
            partial(topics.create, self.connection, topic, validate_only=True),
        )

    @change.register
    def _(self, difference: ConfigsDiffer) -> Change:
        topic = self.present.topics[difference.topic]
        facts = TopicFacts(replicas=topic.replication[0])
        alter: Callable[..., None] = partial(
            configs.alter_topic, self.connection, difference.topic, set=difference.changed, delete=difference.reset
        )
        return Change(
            topic_plan.configure(difference.topic, topic.entries, difference.changed, difference.reset, facts),
            alter,
            partial(topic_rows.configs_changed, self.cluster, difference.topic),
            partial(alter, validate_only=True),
        )

    @change.register
    def _(self, difference: PartitionsMissing) -> Change:
        return Change(
            topic_plan.add_partitions(difference.topic, difference.present, difference.total),
            partial(topics.add_partitions, self.connection, difference.topic, difference.total),
            partial(topic_rows.partitions_added, self.cluster, difference.topic, difference.total),
        )

    @change.register
    def _(self, difference: ReplicationDiffers) -> Change:
        return Change(
            replication.plan_replication(difference, self.rate),
            partial(replication.start, self.request, self.cluster, difference, self.rate),
            lambda: None,  # the job's moves are noted as they end
            partial(replication.parameters_for, self.cluster, difference, self.rate),
        )

    @change.register
    def _(self, difference: TopicNotListed) -> Change:
        return topic_deletions(self.request, self.cluster, {})(difference.topic, "")

    @change.register
    def _(self, difference: AclsMissing) -> Change:
        return Change(
            acl_plan.create(difference.acls, self.present.acls, self.around_acls),
            partial(acls.create, self.connection, difference.acls),
            partial(acl_rows.granted, self.cluster, difference.acls),
        )

    @change.register
    def _(self, difference: AclNotListed) -> Change:
        return Change(
            acl_plan.delete(difference.acl, self.present.acls, self.around_acls),
            partial(acls.delete, self.connection, [difference.acl]),
            partial(acl_rows.revoked, self.cluster, difference.acl),
        )

    @change.register
    def _(self, difference: QuotasDiffer) -> Change:
        entity, values = difference.entity, difference.values
        own_user = self.surroundings.own_user
        return Change(
            quota_plan.change(entity, self.present.quotas.get(entity, {}), values, own_user=own_user),
            partial(quotas.alter, self.connection, entity, values),
            partial(quota_rows.changed, self.cluster, entity, values),
        )

    @change.register
    def _(self, difference: CredentialsNotListed) -> Change:
        user, mechanisms = difference.user, difference.mechanisms
        return Change(
            self.deletion_of(user, mechanisms),
            partial(users.delete, self.connection, user, mechanisms),
            partial(user_rows.credentials_deleted, self.cluster, user, mechanisms),
        )

    def deletion_of(self, user: str, mechanisms: tuple[str, ...]) -> Plan:
        present = [credential for credential in self.present.credentials if credential.user == user]
        return user_plan.delete(user, mechanisms, present, self.surroundings)


def name_of(difference: Difference) -> str:
    """Return what a difference is about."""
    match difference:
        case CannotApply(name):
            return name
        case TopicMissing(topic):
            return f"topic {topic.name}"
        case ReplicationDiffers(factors):
            return f"replication factor of {first_names(list(factors))}"
        case AclsMissing(principal):
            return f"ACLs of {principal}"
        case AclNotListed(acl):
            return f"ACL of {acl.principal}"
        case QuotasDiffer(entity):
            return f"quotas of {entity_words(entity)}"
        case CredentialsNotListed(user):
            return f"user {user}"
        case ConfigsDiffer(topic) | PartitionsMissing(topic) | TopicNotListed(topic):
            return f"topic {topic}"
