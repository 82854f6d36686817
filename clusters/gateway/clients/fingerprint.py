"""Whether anything changed in a cluster: the responses that its inventory is made of, compared as bytes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kafka.protocol.admin import ListGroupsRequest
from kafka.protocol.metadata import MetadataRequest

from clusters.gateway.access import acls
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.undecoded import Response, Undecoded
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups import share
from clusters.gateway.groups.describing import GroupListing

CONTROLLER_BYTES = 4
Digests = tuple[object, ...]


class Fingerprint:
    """Requests for a cluster's topics, groups, members, committed offsets and ACLs; not for offsets of logs.

    Each goes to the same broker every time, since brokers differ in the order of what they list. Live brokers come in
    any order, and with any of them for a controller: so they are asked for by themselves, and of topics' metadata
    only what follows the cluster's id and the controller is compared.
    """

    def __init__(self, cluster_id: str, brokers: Sequence[int], listings: Iterable[GroupListing]) -> None:
        self.cluster_id = cluster_id
        self.key = (
            cluster_id,
            tuple(brokers),
            frozenset((group.name, group.type, group.coordinator) for group in listings),
        )
        self.first = brokers[0]
        requests = [(self.first, metadata_request(None)), (self.first, acls.everything())]
        requests += [(broker, ListGroupsRequest(min_version=0)) for broker in brokers]
        requests += group_requests(listings)
        self.requests = [(broker, Undecoded(request)) for broker, request in requests]

    def digests(self, connection: Connection, *, timeout: float) -> Digests | None:
        """Return what is to be compared; None if something did not answer."""
        requests = [(self.first, metadata_request([])), *self.requests]
        try:
            live, topics, *others = protocol.try_all(connection, requests, timeout=timeout)
        except KafkaFailure:
            return None
        if isinstance(live, KafkaFailure) or not all(isinstance(response, Response) for response in (topics, *others)):
            return None
        brokers = sorted((broker.node_id, broker.host, broker.port, broker.rack or "") for broker in live.brokers)
        of_topics = topics.digest_behind(self.cluster_id.encode(), CONTROLLER_BYTES)
        return (tuple(brokers), of_topics, *(response.digest for response in others))


def metadata_request(topics: list[str] | None) -> object:
    """Return a request for the live brokers and some topics, or all where that is None."""
    return MetadataRequest(topics=topics, allow_auto_topic_creation=False, min_version=4)


def group_requests(listings: Iterable[GroupListing]) -> list[tuple[int, object]]:
    """Return requests for members and committed or start offsets, in an order of their own."""
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    for group in sorted(listings, key=lambda group: group.name):
        names[group.coordinator or 0, group.type].append(group.name)
    requests: list[tuple[int, object]] = []
    for (broker, kind), members in names.items():
        for start in range(0, len(members), groups.BATCH):
            batch = members[start : start + groups.BATCH]
            requests.append((broker, groups.describe_request(kind, batch)))
            offsets_of = share.offsets_request if kind == "share" else groups.offsets_request
            requests.append((broker, offsets_of(batch)))
    return requests
