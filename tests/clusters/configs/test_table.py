"""Which configs the table shows, and which value of before it offers."""

import pytest

from accounts.models import AuditEntry
from clusters.configs.forms import ConfigsForm
from clusters.configs.previous import previous_values, restoring
from clusters.configs.steps import config_steps, without_secrets
from clusters.configs.table import ConfigFilters, ConfigRow, config_rows
from clusters.models import Cluster
from core.plan import Step
from tests.clusters.configs.factories import TOPIC_SOURCE, config

ENTRIES = (config("a.bytes", "1"), config("z.ms", "2000", "5"), config("m.ms", "7"))


def rows(filters: ConfigFilters, data: dict[str, str] | None = None, **previous: str) -> list[ConfigRow]:
    return config_rows(ConfigsForm(data, entries=ENTRIES, own=TOPIC_SOURCE), ENTRIES, filters, {}, previous)


def names(filters: ConfigFilters, data: dict[str, str] | None = None) -> list[str]:
    return [row.entry.name for row in rows(filters, data)]


def test_what_was_set_on_the_topic_comes_first() -> None:
    assert names(ConfigFilters()) == ["z.ms", "a.bytes", "m.ms"]
    assert names(ConfigFilters(changed=True)) == ["z.ms"]
    assert names(ConfigFilters(q="MS")) == ["z.ms", "m.ms"]


def test_what_is_being_changed_stays_in_sight_of_any_filter() -> None:
    assert names(ConfigFilters(q="none"), {"value.m.ms": "8"}) == ["m.ms"]
    assert names(ConfigFilters(q="none"), {"reset": "z.ms"}) == ["z.ms"]


def test_a_value_of_before_is_offered_where_it_is_another_one() -> None:
    entry = config("z.ms", "2000", "5")
    offered = config_rows(
        ConfigsForm(entries=ENTRIES, own=TOPIC_SOURCE), ENTRIES, ConfigFilters(), {}, {"z.ms": "1000", "m.ms": "7"}
    )
    assert {row.entry.name: row.previous for row in offered} == {"z.ms": "1000", "a.bytes": None, "m.ms": None}
    assert restoring([entry], {"z.ms": "1000"}, TOPIC_SOURCE) == {"value.z.ms": "1000"}
    for default in ("5", "5 (default)"):
        assert restoring([entry], {"z.ms": default}, TOPIC_SOURCE) == {"reset": ["z.ms"]}
    assert restoring([entry], {"z.ms": "(sensitive)", "gone": "1"}, TOPIC_SOURCE) == {}


@pytest.mark.django_db
def test_values_of_before_are_those_of_the_last_change_that_was_made() -> None:
    cluster = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")

    def change(outcome: str, action: str = "topics.configure", **steps: list[str | None]) -> None:
        AuditEntry.objects.create(
            action=action, cluster="local", resource="t", outcome=outcome, username="ada",
            steps=[{"subject": key, "before": before, "after": after} for key, (before, after) in steps.items()],
        )  # fmt: skip

    change("done", a=["0", "1"], gone=["1", "2"])
    change("done", "topics.delete", t=["3 partitions", None])
    change("done", a=["1", "2"], b=["10", "20"], new=[None, "1"])
    change("done", a=["2", "3"], secret=["(sensitive)", "new (sensitive)"])
    change("failed", a=["3", "4"])
    change("refused", b=["20", "30"])
    assert previous_values(cluster, "topics.configure", "t") == {"a": "2", "b": "10"}
    assert previous_values(cluster, "brokers.configure", "t") == {}


def test_steps_tell_no_secret() -> None:
    entries = [config("ssl.key.password", "old", "d", sensitive=True), config("log.retention.ms", "1", "5")]
    changed = {
        "ssl.key.password": "new",
        "log.retention.ms": "2",
        "listener.name.internal.ssl.key.password": "n3w",
        "listener.name.internal.log.retention.ms": "3",
        "plugin.password": "n3w",
    }
    steps = without_secrets(config_steps(entries, changed, ["ssl.key.password"], own=TOPIC_SOURCE), entries)
    assert steps == (
        Step("listener.name.internal.log.retention.ms", None, "3"),
        Step("listener.name.internal.ssl.key.password", "(sensitive)", "new (sensitive)"),
        Step("log.retention.ms", "1", "2"),
        Step("plugin.password", "(sensitive)", "new (sensitive)"),
        Step("ssl.key.password", "(sensitive)", "new (sensitive)"),
        Step("ssl.key.password", "(sensitive)", "(sensitive) (default)"),
    )
