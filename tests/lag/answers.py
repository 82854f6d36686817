"""The recorded answers, and what counts as the same answer."""

import gzip
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
Json = dict[str, Any]


def cases(name: str) -> list[Json]:
    """Return the cases of a file of JSON lines, compressed or not."""
    path = DATA / f"{name}.jsonl"
    text = path.read_text() if path.exists() else gzip.decompress(Path(f"{path}.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def vectors(name: str) -> list[Json]:
    """Return one table of Burrow's own tests."""
    vectors: list[Json] = json.loads((DATA / "vectors.json").read_text())[name]
    return vectors


def comparable(content: Any) -> Any:
    """Return an answer without what Burrow decides by chance: the order of topics, so which equal is maxlag.

    Of the partitions with the most lag it names the first of some topic, so the topic is taken out where several tie.
    """
    if not isinstance(content, dict) or "maxlag" not in content:
        return content
    partitions = sorted(content["partitions"], key=lambda partition: (partition["topic"], partition["partition"]))
    return {**content, "partitions": partitions, "maxlag": content["maxlag"] and content["maxlag"]["current_lag"]}


def in_any_order(events: list[Json]) -> list[str]:
    """Return events in one fixed order."""
    return sorted(json.dumps(event, sort_keys=True) for event in events)
