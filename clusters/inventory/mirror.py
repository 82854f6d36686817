"""One run of the mirror: ask Kafka for a cluster's state in bulk, write what changed.

Requests per run: one metadata; one list-offsets per leader and thousand partitions, twice; one log-dirs, one
list-groups and one describe-groups per broker; one offset-fetch per coordinator, and one for start offsets where there
are share groups; one each for ACLs, users and quotas. Configs, the authorizer's among them, and which topics are
written to in transactions, come every few minutes, and at once for new topics. Before, the same but log-dirs, configs,
users, quotas and transactions is compared with the last run, undecoded.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from clusters.gateway import brokers, configs, maintenance, offsets, topics
from clusters.gateway import cluster as kafka_cluster
from clusters.gateway.access import acls, authorizer
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, OtherCluster, TimedOut, Unreachable
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups import share
from clusters.gateway.reading import transactions
from clusters.gateway.result import Failure
from clusters.inventory import rates, rows
from clusters.inventory.disk_sizes import refresh_sizes
from clusters.inventory.last_run import LastRun
from clusters.inventory.users import write_quotas, write_users
from clusters.inventory.writes import unless_overtaken, write
from clusters.models import AclEntry, Broker, Cluster, Group, GroupTopic, Mirror, Topic
from core.leasing import interval_elapsed

CONFIG_KEYS = ("cleanup.policy", "retention.ms", "min.insync.replicas", *maintenance.THROTTLED)
CONFIGS_EVERY = timedelta(minutes=3)
SIZES_EVERY = timedelta(seconds=30)
PARTITIONS_A_SECOND = 2000  # rate at which a cluster must report offsets; a busy one does ten times that


def same_cluster(servers: str, expected: str, answering: str) -> None:
    """Refuse to mix what is stored of one cluster with what another one reports.

    Raises:
        OtherCluster: another cluster answers at this address.
    """
    if expected and answering and expected != answering:
        sentence = f"Another Kafka cluster responds at {servers}: its id is {answering}, not {expected}."
        advice = "Nothing was changed. If the cluster was replaced on purpose, accept the new cluster on its page."
        raise OtherCluster(sentence, advice)


def is_current(mirror: Mirror, last_run: LastRun, now: datetime) -> bool:
    """Tell whether there is nothing to do after the last run, besides reading sizes on disk, which this does.

    Raises:
        Overtaken: a change was made through us meanwhile.
    """
    is_run_due = mirror.sizes_as_of is None or interval_elapsed(mirror.configs_as_of, CONFIGS_EVERY, now)
    if not last_run.is_unchanged(mirror) or is_run_due:
        return False
    if interval_elapsed(mirror.rates_as_of, rates.EVERY, now):
        with unless_overtaken(mirror):
            rates.measure_rates(mirror, now)
    if interval_elapsed(mirror.sizes_as_of, SIZES_EVERY, now):
        return refresh_sizes(last_run.connection, mirror, last_run.brokers, now)
    return True


class MirrorRun:
    """One run for one cluster. Failures of parts are recorded, and leave the parts' rows as they were."""

    def __init__(self, cluster: Cluster, mirror: Mirror, now: datetime, last_run: LastRun | None = None) -> None:
        self.cluster, self.mirror, self.now = cluster, mirror, now
        self.marks_at = now
        self.connection: Connection = cluster.connection()
        self.last_run = last_run or LastRun(self.connection)
        self.listings: tuple[groups.GroupListing, ...] = ()
        self.is_complete = True  # apart from failures, which are told
        self.failures: list[Failure] = []
        self.sizes: dict[str, int] = {}
        self.log_dirs: tuple[brokers.BrokerLogDirs, ...] = ()
        self.maintenance: dict[int, maintenance.BrokerMaintenance] = {}

    def run(self) -> None:
        """Read and write everything.

        Raises:
            KafkaFailure: even the metadata request failed.
        """
        metadata = topics.list_topics(self.connection)
        self.identify(metadata)
        self.read_log_dirs(metadata)
        marks = self.read_watermarks(metadata)
        topic_rows = self.topic_rows(metadata, marks)
        broker_rows = rows.broker_rows(metadata, self.log_dirs, self.maintenance)
        ends = {key: mark.high for key, mark in marks.items()}
        broker_ids = [broker.id for broker in metadata.brokers]
        # For a large cluster these are tens of megabytes, which the next steps need too.
        del metadata, marks
        self.log_dirs = ()
        with unless_overtaken(self.mirror):
            write(Broker, self.cluster, ("broker_id",), broker_rows)
            write(Topic, self.cluster, ("name",), topic_rows)
            rates.measure_rates(self.mirror, self.marks_at)
        del topic_rows
        self.write_groups(ends, broker_ids)
        self.write_acls()
        for write_part in (write_users, write_quotas):
            self.is_complete &= write_part(self.connection, self.mirror)
        self.mirror.current_as_of = self.now
        if self.is_complete and not self.failures:
            self.last_run.remember(self.mirror, broker_ids, self.listings)

    def identify(self, metadata: topics.Metadata) -> None:
        """Store the cluster's own id, its controller and its version.

        Raises:
            OtherCluster: another cluster answers at this address.
        """
        same_cluster(self.cluster.bootstrap_servers, self.mirror.kafka_cluster_id, metadata.cluster_id)
        try:
            self.mirror.controller_id = kafka_cluster.controller(self.connection)
            self.mirror.kafka_cluster_id = metadata.cluster_id or self.mirror.kafka_cluster_id
            if interval_elapsed(self.mirror.configs_as_of, CONFIGS_EVERY, self.now) or not self.mirror.version:
                self.mirror.version = kafka_cluster.version(self.connection) or ""
                self.read_maintenance(metadata)
                self.read_authorizer(metadata)
        except KafkaFailure as failure:
            self.failures.append(Failure("version", failure.sentence))

    def read_maintenance(self, metadata: topics.Metadata) -> None:
        """Ask for maintenance going on or left behind; unknown if we are not authorized."""
        self.mirror.reassigning = None
        self.maintenance = maintenance.describe_brokers(self.connection, [broker.id for broker in metadata.brokers])
        with suppress(KafkaFailure):
            self.mirror.reassigning = maintenance.count_reassigning(self.connection)

    def read_authorizer(self, metadata: topics.Metadata) -> None:
        """Ask one broker for its authorizer and super users; unknown if it does not tell."""
        present = authorizer.AuthorizerConfig()
        with suppress(KafkaFailure, IndexError):
            present = authorizer.describe(self.connection, metadata.brokers[0].id)
        self.mirror.authorizer_class = present.class_name[:255]
        self.mirror.super_users = None if present.super_users is None else list(present.super_users)
        self.mirror.allow_everyone = present.allow_everyone

    def read_log_dirs(self, metadata: topics.Metadata) -> None:
        """Ask every live broker for its replicas' sizes."""
        if not interval_elapsed(self.mirror.sizes_as_of, SIZES_EVERY, self.now):
            return
        ids = [broker.id for broker in metadata.brokers]
        try:
            partial = brokers.log_dirs(self.connection, ids)
        except KafkaFailure as failure:
            self.failures.append(Failure("replica sizes", failure.sentence))
            return
        self.log_dirs = partial.items
        self.failures += partial.failures
        answered = [broker.broker_id for broker in partial.items]
        self.sizes = rows.topic_sizes(partial.items, answered, ids)
        if self.sizes:
            self.mirror.sizes_as_of = self.now

    def read_watermarks(self, metadata: topics.Metadata) -> dict[tuple[str, int], offsets.Watermarks]:
        """Ask for the low and high watermarks of all partitions with a leader."""
        leaders = rows.leaders_of(metadata.topics)
        timeout = max(offsets.TIMEOUT, len(leaders) / PARTITIONS_A_SECOND)
        try:
            marks, failures = self.last_run.reader.read(leaders, timeout=timeout)
        except KafkaFailure as failure:
            self.failures.append(Failure("offsets", failure.sentence))
            return {}
        self.failures += failures
        self.marks_at = timezone.now()
        return dict(marks)

    def topic_rows(
        self, metadata: topics.Metadata, marks: dict[tuple[str, int], offsets.Watermarks]
    ) -> dict[str, rows.Row]:
        """Return the topics' rows; without new sizes, the stored ones stay."""
        stored = Topic.objects.filter(cluster=self.cluster)
        topic_configs = {
            name: rows.TopicConfig(*values)
            for name, *values in stored.values_list("name", *rows.TopicConfig.__dataclass_fields__)
        }
        complete = interval_elapsed(self.mirror.configs_as_of, CONFIGS_EVERY, self.now)
        topic_configs |= self.read_configs([topic.name for topic in metadata.topics], topic_configs)
        unknown = rows.TopicConfig()
        topic_rows = {
            topic.name: rows.topic_row(topic, topic_configs.get(topic.name, unknown), marks, self.sizes)
            for topic in metadata.topics
        }
        ends = dict(stored.values_list("name", "end_offsets"))
        for name, row in topic_rows.items():
            row |= rows.last_record(ends.get(name), row["end_offsets"], self.marks_at)
        for name in self.transactional_topics(metadata, topic_rows, complete=complete):
            topic_rows[name]["transactional"] = True
        if not self.sizes:
            for row in topic_rows.values():
                del row["size"]
        return topic_rows

    def transactional_topics(
        self, metadata: topics.Metadata, topic_rows: dict[str, rows.Row], *, complete: bool
    ) -> set[str]:
        """Ask which topics are written to in transactions: of all when due, otherwise of those that were empty.

        It stays unknown where we are not authorized, or brokers are too old.
        """
        written = {name for name, row in topic_rows.items() if row["messages"]}
        asked_before = Q() if complete else Q(messages__gt=0)
        settled = Topic.objects.filter(Q(transactional=True) | asked_before, cluster=self.cluster)
        names = written.difference(settled.values_list("name", flat=True))
        leaders = rows.leaders_of(topic for topic in metadata.topics if topic.name in names)
        try:
            return transactions.transactional_topics(self.connection, leaders) if leaders else set()
        except KafkaFailure:
            return set()

    def read_configs(self, names: list[str], topic_configs: dict[str, rows.TopicConfig]) -> dict[str, rows.TopicConfig]:
        """Ask for the configs shown in lists: of all topics when due, otherwise of those without known configs."""
        everything = interval_elapsed(self.mirror.configs_as_of, CONFIGS_EVERY, self.now)
        topic_names = (
            names
            if everything
            else [name for name in names if not topic_configs.get(name, rows.TopicConfig()).cleanup_policy]
        )
        if not topic_names:
            return {}
        try:
            values_by_topic = configs.describe_topics(self.connection, topic_names, CONFIG_KEYS)
        except KafkaFailure as failure:
            self.failures.append(Failure("topic configs", failure.sentence))
            return {}
        if everything:
            self.mirror.configs_as_of = self.now
        return {name: rows.topic_config(values) for name, values in values_by_topic.items()}

    def write_groups(self, ends: dict[tuple[str, int], int | None], broker_ids: list[int]) -> None:
        """Write the groups' rows, and the topics that each group reads."""
        try:
            listings = groups.list_groups(self.connection)
            details = groups.describe(self.connection, listings.items)
            committed = groups.committed(
                self.connection, [listing.name for listing in listings.items if listing.type != "share"]
            )
            shared = share.offsets(
                self.connection, [listing.name for listing in listings.items if listing.type == "share"]
            )
        except KafkaFailure as failure:
            self.failures.append(Failure("groups", failure.sentence))
            return
        self.listings = listings.items
        failures = (*listings.failures, *details.failures, *committed.failures, *shared.failures)
        self.failures += failures
        detail_of = {detail.name: detail for detail in details.items}
        behind_by_group = {group.group: rows.behind_by_topic(group, ends) for group in committed.items}
        behind_by_group |= {group.group: rows.share_behind_by_topic(group) for group in shared.items}
        group_rows = {
            listing.name: rows.group_row(listing, detail_of.get(listing.name), behind_by_group.get(listing.name))
            for listing in listings.items
        }
        reads = {
            (group, topic): {"lag": behind_topic.lag, "unknown": behind_topic.unknown}
            for group, by_topic in behind_by_group.items()
            for topic, behind_topic in by_topic.items()
        }
        if listings.failures or committed.failures or shared.failures:
            stored = set(Group.objects.filter(cluster=self.cluster).values_list("name", flat=True))
            self.keep_missing(group_rows, reads, set(behind_by_group), stored)
        else:
            self.keep_moving(group_rows, reads, broker_ids)
        with unless_overtaken(self.mirror):
            write(Group, self.cluster, ("name",), group_rows)
            write(GroupTopic, self.cluster, ("group", "topic"), reads)

    def write_acls(self) -> None:
        """Write the ACLs; if they cannot be read (no right, no authorizer) the page says why."""
        try:
            entries = acls.list_acls(self.connection)
        except KafkaFailure as failure:
            self.mirror.acls_error = f"{failure.sentence} {failure.advice}"
            self.is_complete = not isinstance(failure, TimedOut | Unreachable)
            return
        self.mirror.acls_error = ""
        acl_rows = {tuple(getattr(entry, name) for name in AclEntry.KEY): rows.Row() for entry in entries}
        with unless_overtaken(self.mirror):
            write(AclEntry, self.cluster, AclEntry.KEY, acl_rows)

    def keep_missing(
        self,
        group_rows: dict[str, rows.Row],
        reads: dict[tuple[str, str], rows.Row],
        answered: Collection[str],
        names: Collection[str],
    ) -> None:
        """Keep the rows of groups whose coordinator did not answer: they are not deleted groups."""
        for name in names:
            group_rows.setdefault(name, {})
        for group, topic in GroupTopic.objects.filter(cluster=self.cluster).values_list("group", "topic"):
            if group in names and group not in answered:
                reads.setdefault((group, topic), {})

    def keep_moving(
        self, group_rows: dict[str, rows.Row], reads: dict[tuple[str, str], rows.Row], broker_ids: Collection[int]
    ) -> None:
        """Keep groups whose coordinator is gone, until the next run: no broker lists them before it has loaded them."""
        placed = Group.objects.filter(cluster=self.cluster, coordinator__isnull=False)
        names = set(placed.exclude(coordinator__in=broker_ids).values_list("name", flat=True)) - group_rows.keys()
        if names:
            group_rows |= {name: {"coordinator": None} for name in names}
            self.keep_missing(group_rows, reads, (), names)
            self.is_complete = False
