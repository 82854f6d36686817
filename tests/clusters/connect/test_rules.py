"""Rules about connectors, without workers: secrets, states, topics."""

import pytest

from clusters.connect import plan
from clusters.connect.rules import states
from clusters.connect.rules.definitions import configured, layout
from clusters.connect.rules.documents import ConfigError, as_lines, read_json, read_lines
from clusters.connect.rules.secrets import HIDDEN, restored, scrubbed, shown
from clusters.connect.rules.topics import configured_topics, group_of, names_topics
from clusters.connect.rules.undoing import undone
from clusters.gateway.connect.connectors import Connector, Task
from clusters.gateway.connect.plugins import Setting

STORED = {
    "name": "a", "connector.class": "Jdbc", "connection.url": "jdbc:pg://db/x", "connection.password": "geheim",
    "batch.size": "10",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("connection.password", "geheim", HIDDEN),
        ("ssl.key.passphrase", "geheim", HIDDEN),
        ("aws.secret.access.key", "geheim", HIDDEN),
        ("confluent.api.key", "geheim", HIDDEN),
        ("sasl.jaas.config", "…", HIDDEN),
        ("github.access_token", "geheim", HIDDEN),
        ("odd", "geheim", HIDDEN),  # of type PASSWORD
        ("connection.password", "${file:/etc/secrets:db}", "${file:/etc/secrets:db}"),
        ("connection.password", "${env:A}geheim", HIDDEN),
        ("connection.password", "", ""),
        ("key.converter", "x.StringConverter", "x.StringConverter"),
        ("key.converter.schemas.enable", "false", "false"),
        ("credentials.provider.class", "x.Y", "x.Y"),
        ("connection.url", "jdbc:pg://db/x?user=me&password=geheim&ssl=1", f"jdbc:pg://db/x?user=me&password={HIDDEN}&ssl=1"),
        ("connection.uri", "mongodb://me:geheim@db:27017", f"mongodb://me:{HIDDEN}@db:27017"),
        ("topics", "a,b", "a,b"),
    ],
)  # fmt: skip
def test_what_is_secret_is_hidden(name: str, value: str, text: str) -> None:
    assert shown(name, value, {"odd"}) == text


def test_a_trace_has_no_secret_of_the_configuration() -> None:
    trace = "Exception: login of me with geheim failed at jdbc:x?password=anders"
    assert scrubbed(trace, STORED) == f"Exception: login of me with {HIDDEN} failed at jdbc:x?password={HIDDEN}"


def test_a_hidden_value_stays_where_it_was_not_touched() -> None:
    typed = {**STORED, "connection.password": HIDDEN, "batch.size": "20"}
    assert restored(typed, STORED) == ({**STORED, "batch.size": "20"}, {})


def test_a_hidden_value_in_an_address_stays_too() -> None:
    stored = {**STORED, "connection.url": "jdbc:pg://db/x?password=geheim"}
    typed = {**stored, "connection.url": f"jdbc:pg://db/x?password={HIDDEN}"}
    assert restored(typed, stored) == (stored, {})


@pytest.mark.parametrize(
    "change",
    [
        {"name": "b"},
        {"connector.class": "Http"},
        {"connection.url": "jdbc:pg://elsewhere/x"},
        {"proxy.host": "elsewhere"},
        {"mongodb.connection.string": "mongodb://elsewhere"},
        {"contactPoints": "elsewhere"},
        {"datadog.domain": "EU"},
    ],
)
def test_a_hidden_value_is_asked_for_again_elsewhere(change: dict[str, str]) -> None:
    _, refused = restored({**STORED, "connection.password": HIDDEN, **change}, STORED)
    assert set(refused) == {"connection.password"}


def test_a_hidden_value_that_was_not_there_is_asked_for() -> None:
    assert set(restored({**STORED, "new.password": HIDDEN}, STORED)[1]) == {"new.password"}


def connector(state: str, *tasks: str) -> Connector:
    return Connector("a", "sink", state, tasks=tuple(Task(number, task) for number, task in enumerate(tasks)))


@pytest.mark.parametrize(
    ("state", "tasks", "trouble"),
    [
        ("RUNNING", ["RUNNING"], states.OK),
        ("RUNNING", ["RUNNING", "FAILED"], states.TASKS_FAILED),
        ("RUNNING", ["UNASSIGNED"], states.UNCERTAIN),
        ("FAILED", [], states.CONNECTOR_FAILED),
        ("FAILED", ["FAILED"], states.CONNECTOR_FAILED),
        ("PAUSED", ["PAUSED"], states.OK),
        ("PAUSED", ["FAILED"], states.TASKS_FAILED),
        ("STOPPED", [], states.OK),
        ("RUNNING", [], states.OK),
        ("UNASSIGNED", [], states.UNCERTAIN),
    ],
)
def test_how_bad_a_state_is(state: str, tasks: list[str], trouble: int) -> None:
    assert states.trouble_of(connector(state, *tasks)) == trouble


def test_failed_tasks_come_first() -> None:
    tasks = connector("RUNNING", "RUNNING", "UNASSIGNED", "FAILED").tasks
    assert [task.id for task in states.worst_first(tasks)] == [2, 1, 0]


def test_a_trace_is_told_by_its_first_line_and_its_last_cause() -> None:
    trace = "A: no\n\tat x\nCaused by: B: off\n\tat y\nCaused by: C: refused\n\t... 3 more\n"
    assert states.first_lines(trace) == "A: no\nCaused by: C: refused"
    assert states.first_lines("") == ""


def test_topics_and_group_of_a_sink() -> None:
    assert configured_topics({"topics": " b, a,,b "}) == ["a", "b"]
    assert names_topics("sink", {"topics": "a"})
    assert not names_topics("sink", {"topics.regex": "a.*"})
    assert not names_topics("source", {"topics": "a"})
    assert group_of("sink", "x", {}) == "connect-x"
    assert group_of("sink", "x", {}, "c-%s-g") == "c-x-g"
    assert group_of("sink", "x", {"consumer.override.group.id": "own"}) == "own"
    assert group_of("source", "x", {}) == ""


def setting(name: str, group: str = "", importance: str = "HIGH", order: int = -1, **more: object) -> Setting:
    return Setting(name, "STRING", importance, group, order, **more)  # type: ignore[arg-type]


def test_a_form_has_the_plugins_own_settings_first_then_its_groups() -> None:
    settings = [
        setting("tasks.max", "Common", order=4), setting("name", "Common"), setting("key.converter", "Common", "LOW"),
        setting("batch", importance="LOW"), setting("file"), setting("topic", required=True),
        setting("gone", visible=False), setting("odd", "Unlisted"),
    ]  # fmt: skip
    groups = layout(settings, ["Common", "Empty"], "FileSink")
    assert [group.title for group in groups] == ["FileSink", "Common", "Unlisted"]
    assert [each.name for each in groups[0].settings] == ["topic", "file"]
    assert [each.name for each in groups[0].minor] == ["batch"]
    assert [each.name for each in groups[1].settings] == ["tasks.max"]


def test_what_has_its_default_is_not_set_unless_it_was() -> None:
    typed = {"a": "1", "b": "2", "c": "", "d": "x"}
    assert configured(typed, {"b": "9"}, {"a": "1", "b": "2"}) == {"b": "2", "d": "x"}


@pytest.mark.parametrize(
    ("text", "name", "config"),
    [
        ('{"name": "a", "config": {"x": 1, "y": true, "z": null}}', "a", {"x": "1", "y": "true"}),
        ('{"name": "a", "x": "1"}', "a", {"name": "a", "x": "1"}),
        ('{"x": "1"}', "", {"x": "1"}),
    ],
)
def test_json_is_read_with_and_without_what_is_around_it(text: str, name: str, config: dict[str, str]) -> None:
    assert read_json(text) == (name, config)


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "Line 1, column 2: not JSON"), ("[]", "not a JSON object"),
     ('{"x": {"y": 1}}', "x is neither"), ("[" * 9999, "deeply|not JSON")],
)  # fmt: skip
def test_what_is_no_configuration_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_json(text)


def test_lines_are_read() -> None:
    assert read_lines("a=1\n\n b = x=y \n") == {"a": "1", "b": "x=y"}
    with pytest.raises(ConfigError, match="“nothing” is not"):
        read_lines("nothing")


@pytest.mark.parametrize(
    "value", ["-----BEGIN\nMIIB=\n-----END", "a\r\nb", " ", "\t", '"quoted"', '"half', "x\u2028y", "{}", "a=b"]
)
def test_each_value_is_read_again_as_it_was_written(value: str) -> None:
    config = {"ssl.certificates": value, "other": "1"}
    assert read_lines(as_lines(config)) == config


def test_a_plan_shows_what_differs_and_of_secrets_only_that() -> None:
    after = {**STORED, "connection.password": "anders", "batch.size": "20", "api.token": "neu"}
    steps = {step.subject: (step.before, step.after) for step in plan.configure("a", STORED, after).steps}
    assert steps == {
        "connection.password": (HIDDEN, f"{HIDDEN}, changed"), "batch.size": ("10", "20"), "api.token": (None, HIDDEN),
    }  # fmt: skip
    assert plan.configure("a", STORED, STORED).steps == ()


def test_what_is_taken_back_is_as_it_was_but_for_what_is_hidden() -> None:
    present = {"name": "a", "file": "/new", "db.password": "new", "added": "1"}
    before = {"file": "/old", "db.password": "[hidden]", "added": None, "gone.token": "[hidden]", "gone": "x"}
    undo = undone(present, before)
    assert undo.config == {
        "name": "a", "file": "/old", "db.password": "[hidden]", "gone.token": "[hidden]", "gone": "x"
    }  # fmt: skip
    stays, missing = undo.notes
    assert "db.password: the present one stays" in stays
    assert "gone.token: enter it again" in missing
    assert undone(present, {}).config == present
