"""Who read which records, in the audit log: an entry per user, topic and ten minutes, with queries and offsets.

``KAFKAADMIN_AUDIT_READING`` switches it off. Exports have entries of their own.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import record as record_entry
from accounts.models import READING, AuditEntry
from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import Span
from clusters.messages.access import may_unmask
from clusters.messages.following.follow import Followed, follow
from clusters.messages.forms import MessagesForm
from clusters.messages.queries import PASSING, described
from clusters.messages.reading.pages import RecordsPage, read_page
from clusters.messages.reading.single import one_record
from clusters.models import Cluster
from core.database.prepared import Parameter, Prepared
from core.plan import Step

SPELL = timedelta(minutes=10)  # what one reads of a topic within it is one entry
MOST_QUERIES, MOST_PARTITIONS = 20, 200
QUERY, RECORDS = "query", "records shown"
SPELL_ENTRY = Prepared(
    AuditEntry.objects.select_for_update().filter(
        username=Parameter("username"), action=READING, cluster=Parameter("cluster"), resource=Parameter("resource"),
        outcome=AuditEntry.DONE, at__gt=Parameter("at"),
    )[:1]
)  # fmt: skip
Leaders = Mapping[int, int | None]
logger = logging.getLogger(__name__)


def read_for(request: HttpRequest, cluster: Cluster, topic: str, leaders: Leaders, form: MessagesForm) -> RecordsPage:
    """Read a page as the user of the request may see it, and write that down.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    page = read_page(cluster, topic, leaders, form, clear=may_unmask(request, cluster, topic))
    note_reading(request, cluster, topic, form.data, page.ranges, len(page.records))
    return page


def follow_for(request: HttpRequest, cluster: Cluster, topic: str, leaders: Leaders, form: MessagesForm) -> Followed:
    """Look at what is new as the user of the request may see it, and write that down.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    followed = follow(cluster, topic, leaders, form, clear=may_unmask(request, cluster, topic))
    if followed.ranges:
        note_reading(request, cluster, topic, form.data, followed.ranges, len(followed.records))
    return followed


def record_for(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: Leaders, partition: int, offset: int
) -> Record | None:
    """Return one record as the user of the request may see it, None where it is gone, and write that down.

    Raises:
        KafkaFailure: it cannot be read.
    """
    record = one_record(cluster, topic, leaders, partition, offset, clear=may_unmask(request, cluster, topic))
    if record:
        note_record(request, cluster, topic, partition, offset)
    return record


def note_record(request: HttpRequest, cluster: Cluster, topic: str, partition: int, offset: int) -> None:
    note_reading(request, cluster, topic, {}, {partition: Span(offset, offset + 1)}, 1)


def note_reading(
    request: HttpRequest,
    cluster: Cluster,
    topic: str,
    query: Mapping[str, Any],
    ranges: Mapping[int, Span],
    shown: int,
) -> None:
    """Add to the user's entry of these minutes, or begin one.

    A database that cannot write keeps nobody from reading; that is logged.
    """
    if not settings.AUDIT_READING:
        return
    try:
        with transaction.atomic():
            since = connection.ops.adapt_datetimefield_value(timezone.now() - SPELL)
            entry = SPELL_ENTRY.first(
                username=request.user.get_username(), cluster=cluster.slug, resource=topic, at=since
            )
            steps = merged(entry.steps if entry else [], described(sought(query)), ranges, shown)
            if entry:
                entry.steps = steps
                entry.save(update_fields=["steps"])
            else:
                record_entry(
                    request, READING, cluster=cluster.slug, resource=topic, steps=steps, outcome=AuditEntry.DONE
                )
    except DatabaseError:
        logger.exception("%s read records of %s; the audit log could not be written.", request.user, topic)


def sought(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a query asks for, without what pages add to it."""
    return {name: value for name, value in query.items() if name not in {*PASSING, "columns", "limit", "fields_shown"}}


def merged(steps: list[dict[str, Any]], query: str, ranges: Mapping[int, Span], shown: int) -> list[dict[str, Any]]:
    """Return the steps of an entry with one more reading: how many records, the queries, the offsets by partition."""
    queries = dict.fromkeys(step["after"] for step in steps if step["subject"] == QUERY)
    if query and len(queries) < MOST_QUERIES:
        queries[query] = None
    texts = {step["subject"]: step["after"] for step in steps if step["subject"] != QUERY}
    texts[RECORDS] = f"{int(texts.get(RECORDS, '0').replace(',', '')) + shown:,}"
    for partition, span in sorted(ranges.items()):
        subject = f"partition {partition}"
        if span.end > span.start and (subject in texts or len(texts) < MOST_PARTITIONS):
            texts[subject] = widened(texts.get(subject), span)
    lines = [(RECORDS, texts.pop(RECORDS)), *((QUERY, text) for text in queries), *texts.items()]
    return [asdict(Step(subject, None, text)) for subject, text in lines]


def widened(text: str | None, span: Span) -> str:
    """Return offsets from the smallest to the largest that was looked at."""
    first, last = span.start, span.end - 1
    if text:
        before = [int(number) for number in text.removeprefix("offsets ").split("–")]
        first, last = min(first, before[0]), max(last, before[-1])
    return f"offsets {first}–{last}"
