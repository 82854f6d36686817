"""The audit log in a topic of Kafka's: a record for each event, all with one key, so that they stay in order."""

import json
from collections.abc import Sequence

from django.conf import settings

from accounts.audit.targets import Event, NotTaken, TargetAway
from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.gateway.writing.produce import NewRecord, produce_in_order
from clusters.models import Cluster

KEY = b"audit"


def to_topic(events: Sequence[Event]) -> None:
    """Write a batch.

    Raises:
        TargetAway: Kafka did not confirm all of it.
    """
    slug, _, topic = settings.AUDIT_TOPIC.partition("/")
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        raise TargetAway(f"There is no cluster {slug}.")
    records = [NewRecord(KEY, json.dumps(event).encode()) for event in events]
    try:
        produce_in_order(cluster.connection(), topic, records)
    except InvalidRequest as failure:  # a record that is larger than the topic takes
        raise NotTaken(failure.sentence) from failure
    except KafkaFailure as failure:
        raise TargetAway(failure.sentence) from failure
