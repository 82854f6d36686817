"""Following several topics at once: a look at each, and what is new in one table, the newest first.

Kafka requests: those of following one topic, for each of them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure
from clusters.messages.following.follow import Followed
from clusters.messages.following.looks import SHOWN
from clusters.messages.forms import NEWEST, OLDEST, MessagesForm
from clusters.messages.own_types import FORMAT_FIELDS, OwnTypes
from clusters.messages.reading.cursors import LONGEST
from clusters.messages.reading.cursors import TOO_MANY as TOO_LONG
from clusters.messages.reading.topic import TopicLog, topic_log
from clusters.messages.reading_audit import follow_for
from clusters.messages.rendering.rows import TableRow, rows_of
from clusters.models import Cluster

MOST = 5  # topics
TOO_MANY = "These topics have more partitions than an address can hold places for; follow fewer of them at once."
FILTERS = ("contains", "regex", "json_path", "cel", "key")


@dataclass(frozen=True)
class Line:
    """A row of one of the topics."""

    topic: str
    row: TableRow


@dataclass(frozen=True)
class FollowedTopics:
    """What is new in all of them, where the next looks begin, in the topics' order, and what could not be read."""

    at_ms: int
    lines: Sequence[Line]
    cursors: Sequence[str]
    per_second: int | None
    left_out: int
    problems: Sequence[Failure]


def form_of(query: QueryDict, cursor: str, log: TopicLog, topics: int, types: OwnTypes) -> MessagesForm:
    """Return the form of one topic's look: filters and formats are those of all, the cursor is its own."""
    filters = {name: query.get(name, "") for name in (*FILTERS, *FORMAT_FIELDS)}
    values = {**filters, "seek": NEWEST, "order": OLDEST if cursor else NEWEST, "cursor": cursor}
    return MessagesForm({**values, "limit": SHOWN // topics}, log=log, types=types)


def follow_topics(
    request: HttpRequest, cluster: Cluster, topics: Sequence[str], cursors: Sequence[str]
) -> FollowedTopics:
    """Look at all topics; one that cannot be read is named, and its cursor stays.

    Raises:
        ValueError: a filter or a cursor is not valid, or where the next looks begin is too long for an address.
    """
    lines: list[Line] = []
    looks: list[Followed] = []
    following, problems, types = list(cursors), list[Failure](), OwnTypes(cluster)
    for number, topic in enumerate(topics):
        try:
            log = topic_log(cluster, topic)
            form = form_of(request.GET, cursors[number], log, len(topics), types)
            if not form.is_valid():
                raise ValueError(first_error(form))
            look = follow_for(request, cluster, topic, log.leaders, form)
        except KafkaFailure as failure:
            problems.append(Failure(topic, failure.sentence))
            continue
        looks.append(look)
        following[number] = look.cursor
        lines += [Line(topic, row) for row in rows_of(look, form)]
        problems += [
            Failure(f"{topic}, {problem.subject}" if problem.subject else topic, problem.sentence)
            for problem in look.problems
        ]
    if sum(map(len, following)) > LONGEST or any(problem.sentence == TOO_LONG for problem in problems):
        raise ValueError(TOO_MANY)
    lines.sort(key=lambda line: line.row.message.record.time_ms or 0, reverse=True)
    rates = [look.per_second for look in looks if look.per_second is not None]
    at_ms = max((look.at_ms for look in looks), default=round(time.time() * 1000))
    return FollowedTopics(
        at_ms, lines, following, sum(rates) if rates else None,
        sum(look.left_out for look in looks), problems,
    )  # fmt: skip


def first_error(form: MessagesForm) -> str:
    errors: Any = next(iter(form.errors.values()))
    return str(errors[0])
