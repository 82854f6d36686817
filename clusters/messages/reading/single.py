"""One record of a topic, as a page of it alone."""

from collections.abc import Mapping
from typing import Any

from clusters.gateway.log.records import Record
from clusters.messages.forms import MessagesForm
from clusters.messages.reading.pages import read_page
from clusters.messages.reading.topic import TopicLog
from clusters.models import Cluster


def one_record(
    cluster: Cluster,
    topic: str,
    leaders: Mapping[int, int | None],
    partition: int,
    offset: int,
    *,
    clear: bool = False,
) -> Record | None:
    """Return one record, as whole as it may be; None where it is gone.

    Raises:
        KafkaFailure: it cannot be read.
    """
    exactly = {"seek": "offset", "offset": offset, "to_offset": offset}
    return first_record(cluster, topic, leaders, partition, exactly, clear=clear)


def first_record(
    cluster: Cluster,
    topic: str,
    leaders: Mapping[int, int | None],
    partition: int,
    where: Mapping[str, Any],
    *,
    clear: bool = False,
) -> Record | None:
    """Return the first record of a partition that a page would show, whichever way its transaction ended.

    Raises:
        KafkaFailure: it cannot be read.
    """
    query = {**where, "partitions": str(partition), "limit": 1, "isolation": "all"}
    form = MessagesForm(query, log=TopicLog(cluster.slug, topic, leaders))
    records = read_page(cluster, topic, leaders, form, clear=clear).records if form.is_valid() else []
    return records[0] if records else None
