"""Whether anything changed in a cluster: the responses that its inventory is made of, compared as bytes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kafka.protocol.admin import ListGroupsRequest
from kafka.protocol.metadata import MetadataRequest

from clusters.gateway import acls, groups
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.undecoded import Response, Undecoded
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.groups import GroupListing

Digests = tuple[bytes, ...]


class Fingerprint:
    """Requests for a cluster's topics, groups, members, committed offsets and ACLs; not for offsets of logs.

    Each goes to the same broker every time, since brokers differ in the order of what they list.
    """

    def __init__(self, brokers: Sequence[int], listings: Iterable[GroupListing]) -> None:
        self.key = (tuple(brokers), frozenset((group.name, group.type, group.coordinator) for group in listings))
        everything = MetadataRequest(
            topics=None, allow_auto_topic_creation=False, include_topic_authorized_operations=False, min_version=4
        )
        requests = [(brokers[0], everything), (brokers[0], acls.everything())]
        requests += [(broker, ListGroupsRequest(min_version=0)) for broker in brokers]
        requests += group_requests(listings)
        self.requests = [(broker, Undecoded(request)) for broker, request in requests]

    def digests(self, connection: Connection, *, timeout: float) -> Digests | None:
        """Return what is to be compared; None if something did not answer."""
        try:
            responses = protocol.try_all(connection, self.requests, timeout=timeout)
        except KafkaFailure:
            return None
        digests = tuple(response.digest for response in responses if isinstance(response, Response))
        return digests if len(digests) == len(self.requests) else None


def group_requests(listings: Iterable[GroupListing]) -> list[tuple[int, object]]:
    """Return requests for members and committed offsets, in an order of their own."""
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    for group in sorted(listings, key=lambda group: group.name):
        names[group.coordinator or 0, group.type].append(group.name)
    requests: list[tuple[int, object]] = []
    for (broker, kind), members in names.items():
        for start in range(0, len(members), groups.BATCH):
            batch = members[start : start + groups.BATCH]
            requests.append((broker, groups.describe_request(kind, batch)))
            if kind != "share":
                requests.append((broker, groups.offsets_request(batch)))
    return requests
