"""Cases in JSON, judged, decoded and replayed: run by ``kafkaadmin lag``, and compared with Burrow in tests."""

from collections.abc import Callable
from typing import Any

from lag.burrow.json_forms import group_status_form, number_form
from lag.burrow.status_cache import StatusCache
from lag.records.commits import Event, GroupDeleted, OffsetCommit, decode
from lag.records.group_metadata import OwnersCleared, OwnerSet
from lag.records.wire import printable
from lag.types import Commit, EvaluatorSettings, GroupStatus, Partition, StorageSettings
from lag.verdicts import rules
from lag.verdicts.evaluator import evaluate_group, evaluate_partition, facts_of
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_filter import GroupFilter
from lag.windows.group_store import GroupStore

Json = dict[str, Any]
CLUSTER = "c"


def judge(case: Json) -> Json:
    """Judge one window: the verdict, and the result of each of Burrow's checks (null without a commit)."""
    partition, settings, now_ms = _partition(case), _evaluator_settings(case), case["now_ms"]
    status = evaluate_partition("", 0, partition, settings, now_ms)
    return {
        "name": case.get("name"),
        "status": status.status.name,
        "complete": number_form(status.complete),
        "start_offset": status.start.offset if status.start else None,
        "end_offset": status.end.offset if status.end else None,
        "rules": _checks(partition, settings, now_ms) if partition.commits else None,
    }


def judge_group(case: Json) -> Json:
    topics = case["topics"]
    if topics is not None:
        topics = {topic: [_partition(slot) for slot in slots] for topic, slots in sorted(topics.items())}
    settings = _evaluator_settings(case)
    cluster, group = case.get("cluster", CLUSTER), case.get("group") or case["name"]
    return group_status_form(evaluate_group(cluster, group, topics, settings, case["now_ms"]))


def decode_record(case: Json) -> list[Json]:
    """Decode one record and return its events as storage receives them, commits filtered as by the consumer."""
    accepts = GroupFilter(case.get("allowlist") or "", case.get("denylist") or "")
    key, value = (_bytes(case, name) for name in ("key", "value"))
    events = decode(key, value, case.get("order", 0))
    forms = (_event_form(event) for event in events if not isinstance(event, OffsetCommit) or accepts(event.group))
    return [form for form in forms if form is not None]


def replay(case: Json) -> list[Any]:
    """Run a list of operations through storage, evaluator and cache; return the answers of the questions."""
    operations = _Operations(case)
    results = (operations.run(operation) for operation in case["ops"])
    return [result for is_question, result in results if is_question]


def _partition(case: Json) -> Partition:
    slots = case["offsets"] or []
    return Partition(
        len(slots),
        tuple(_commit(slot) for slot in slots if slot is not None),
        case.get("broker_offsets") or (),
        case["current_lag"],
        case.get("owner") or "",
        case.get("client_id") or "",
    )


def _commit(slot: Json) -> Commit:
    return Commit(slot["offset"], slot.get("order", 0), slot["timestamp_ms"], slot.get("observed_ms", 0), slot["lag"])


def _evaluator_settings(case: Json) -> EvaluatorSettings:
    return EvaluatorSettings(
        case.get("expire_cache", 10), case.get("minimum_complete", 0.0), case.get("allowed_lag", 0)
    )


def _checks(partition: Partition, settings: EvaluatorSettings, now_ms: int) -> Json:
    facts = facts_of(partition, settings, now_ms)
    rewind = rules.first_rewind(facts.offsets)
    return {
        "isLagAlwaysNotZero": not rules.rule_4_lag_was_allowed_once(facts),
        "checkIfOffsetsRewind": -1 if rewind is None else rewind,
        "checkIfOffsetsStopped": rules.is_stopped(facts.first_ms, facts.last_ms, facts.now_ms),
        "checkIfOffsetsStalled": rules.is_stalled(facts.offsets),
        "checkIfLagNotDecreasing": rules.is_lag_not_decreasing(facts.known_lags),
        "checkIfRecentLagZero": rules.was_caught_up(facts),
    }


def _bytes(case: Json, name: str) -> bytes | None:
    text = case[name] if name in case else case.get(f"{name}_hex")
    return None if text is None else bytes.fromhex(text)


def _event_form(event: Event) -> Json | None:
    form = event._asdict()
    match event:
        case OffsetCommit():
            form["op"] = "commit"
        case OwnerSet():
            form["op"] = "owner"
        case OwnersCleared():
            form["op"] = "clear_owners"
        case GroupDeleted():
            form["op"] = "delete_group"
        case _:
            return None
    return {name: printable(value) if isinstance(value, str) else value for name, value in form.items()}


class _Operations:
    """The operations of a replayed history, by name. Some change the store, the others are questions."""

    def __init__(self, case: Json) -> None:
        names = ("intervals", "min_distance", "expire_group", "allowlist", "denylist")
        settings = StorageSettings(**{name: case[name] for name in names if name in case})
        self._store = GroupStore(settings, BrokerOffsets(settings.intervals))
        self._evaluator = _evaluator_settings(case)
        self._cache = StatusCache(self._evaluate, self._evaluator.expire_cache)

    def run(self, operation: Json) -> tuple[bool, Any]:
        """Run one operation; return whether it is a question, and its answer."""
        name = operation["op"]
        if name in _CHANGES:
            _CHANGES[name](self._store, operation)
            return False, None
        if name == "status":
            return True, self._status(operation)
        if name in _QUESTIONS:
            return True, _QUESTIONS[name](self._store, operation)
        raise ValueError(f"there is no operation {name}")

    def _evaluate(self, cluster: str, group: str, now_ms: int) -> GroupStatus:
        return evaluate_group(cluster, group, self._store.read(group, now_ms), self._evaluator, now_ms)

    def _status(self, op: Json) -> Json:
        cluster, show_all = op.get("cluster", CLUSTER), op.get("show_all", False)
        return group_status_form(self._cache.query(cluster, op["group"], op["at_ms"], show_all=show_all))


def _commit_op(store: GroupStore, op: Json) -> None:
    store.commit(
        OffsetCommit(op["group"], op["topic"], op["partition"], op["offset"], op["timestamp_ms"], op["order"]),
        op["at_ms"],
    )


def _broker_op(store: GroupStore, op: Json) -> None:
    store.broker.add(op["topic"], op["partition"], op["partition_count"], op["offset"])


def _owner_op(store: GroupStore, op: Json) -> None:
    store.set_owner(OwnerSet(op["group"], op["topic"], op["partition"], op["owner"], op["client_id"]))


def _delete_group_op(store: GroupStore, op: Json) -> None:
    if topic := op.get("topic"):
        store.delete_group_topic(op["group"], topic)
    else:
        store.delete_group(op["group"])


def _delete_topic_op(store: GroupStore, op: Json) -> None:
    store.delete_topic(op["topic"])
    store.broker.delete_topic(op["topic"])


def _fetch_op(store: GroupStore, op: Json) -> Json | None:
    topics = store.read(op["group"], op["at_ms"])
    if topics is None:
        return None
    return {topic: [_stored_form(partition) for partition in partitions] for topic, partitions in topics.items()}


def _stored_form(partition: Partition) -> Json:
    empty: list[Json | None] = [None] * (partition.intervals - len(partition.commits))
    return {
        "offsets": [*empty, *(commit._asdict() for commit in partition.commits)],
        "broker_offsets": list(partition.broker_offsets),
        "owner": partition.owner,
        "client_id": partition.client_id,
        "current_lag": partition.current_lag,
    }


def _topic_op(store: GroupStore, op: Json) -> list[int] | None:
    """Return the end offsets as Burrow lists them: a partition without one is left out."""
    offsets = store.broker.end_offsets(op["topic"])
    return None if offsets is None else [offset for offset in offsets if offset is not None]


_CHANGES: dict[str, Callable[[GroupStore, Json], None]] = {
    "commit": _commit_op,
    "broker": _broker_op,
    "owner": _owner_op,
    "clear_owners": lambda store, op: store.clear_owners(op["group"]),
    "delete_group": _delete_group_op,
    "delete_topic": _delete_topic_op,
}
_QUESTIONS: dict[str, Callable[[GroupStore, Json], Any]] = {
    "fetch": _fetch_op,
    "topic": _topic_op,
    "topics": lambda store, _: store.broker.topics(),
    "groups": lambda store, _: store.names(),
    "topic_groups": lambda store, op: store.groups_of_topic(op["topic"]),
}
