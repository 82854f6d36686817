"""What Kafka Connect and MirrorMaker 2 write: JSON beside its schema, heartbeats, checkpoints and offset-syncs."""

from clusters.formats.content import Content, Data, UndecodableError, structured
from clusters.formats.kafka_records import Reader
from clusters.formats.plain_text import sendable_value, text

# (part, layout, whether a version precedes it) by the topic's kind
MIRRORS = {
    "heartbeats": (
        [["sourceClusterAlias", "string"], ["targetClusterAlias", "string"]],
        [["timestamp", "int64"]],
        True,
    ),
    "checkpoints.internal": (
        [["group", "string"], ["topic", "string"], ["partition", "int32"]],
        [["upstreamOffset", "int64"], ["offset", "int64"], ["metadata", "string"]],
        True,
    ),
    "mm2-offset-syncs.": (
        [["topic", "string"], ["partition", "int32"]],
        [["upstreamOffset", "int64"], ["offset", "int64"]],
        False,
    ),
}


def connect_json(data: Data) -> Content:
    """Return the payload of Connect's JsonConverter with schemas.enable.

    Raises:
        UndecodableError: it is not such JSON.
    """
    envelope = sendable_value(text(data).text if data.truncated else data.whole().decode("utf-8", "replace"))
    if not isinstance(envelope, dict) or set(envelope) != {"schema", "payload"}:
        raise UndecodableError("It is not JSON of exactly a schema and a payload.")
    schema = envelope["schema"] if isinstance(envelope["schema"], dict) else {}
    content = structured(envelope["payload"])
    return Content(
        content.text, content.value, f"schema {str(schema.get('name') or schema.get('type') or 'null')[:200]}"
    )


def is_connect_json(data: Data) -> str:
    start = data.raw[:200].lstrip()
    named = start.startswith(b"{") and (b'"schema"' in start or b'"payload"' in start)
    return "It has a schema and a payload, as Connect writes them." if named and not data.truncated else ""


def mirror_kind(topic: str) -> str:
    """Return which of MirrorMaker's topics one is; empty for any other."""
    name = topic.rpartition(".")[2]
    if name == "heartbeats":
        return "heartbeats"
    if topic.endswith(".checkpoints.internal"):
        return "checkpoints.internal"
    return "mm2-offset-syncs." if topic.startswith("mm2-offset-syncs.") and topic.endswith(".internal") else ""


def mirror_record(data: Data) -> Content:
    """Decode a key or a value of MirrorMaker's own topics.

    Raises:
        UndecodableError: the topic is none of them, or the bytes are of another layout.
    """
    kind = mirror_kind(data.topic)
    if not kind:
        raise UndecodableError("The topic is none of MirrorMaker's heartbeats, checkpoints and offset-syncs.")
    key, value, versioned = MIRRORS[kind]
    reader = Reader(data.whole())
    if data.part == "value" and versioned and reader.number("int16") != 0:
        raise UndecodableError("It has a version that is not known to kafkaadmin.")
    content = reader.struct(key if data.part == "key" else value)
    if reader.at < len(reader.raw):
        raise UndecodableError("There are bytes behind its last field.")
    return structured(content)


def is_mirror_record(data: Data) -> str:
    return "MirrorMaker writes topics of this name." if mirror_kind(data.topic) else ""
