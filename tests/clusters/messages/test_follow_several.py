"""Several topics are followed in one table."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Grant
from clusters.messages.following import several
from clusters.messages.reading import cursors
from clusters.models import Cluster
from tests.api.conftest import LOCAL, program_of
from tests.conftest import signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, delete_topic, produce

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
FOLLOW = "/clusters/local/topics/selected/follow/"


@pytest.fixture
def away() -> Cluster:
    """A cluster of which nobody answers."""
    return Cluster.objects.create(slug="away", name="Away", bootstrap_servers="127.0.0.1:1")


def next_of(page: str) -> str:
    """Return the address of the next look."""
    (address,) = re.findall(r'class="next"[^>]*hx-get="([^"]*)"', page)
    return str(address).replace("&amp;", "&")


def test_what_is_written_to_all_of_them_comes_in_one_table(
    admin: Client, kafka: KafkaCluster, cluster: Cluster, unique: Unique
) -> None:
    first, second, away = create_topic(kafka, unique("a")), create_topic(kafka, unique("b"), partitions=3), unique("no")
    produce(kafka, first, ["before"])
    selected = admin.post(FOLLOW, {"selected": [first, second, away]})
    page = admin.get(selected["Location"]).content.decode()
    assert "Follow 3 topics" in page
    assert "before" not in page
    assert f"There is no topic {away}." in page
    produce(kafka, first, ["one"])
    produce(kafka, second, ["two"], partition=2)
    look = admin.get(next_of(page), HTTP_HX_REQUEST="true").content.decode()
    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)) for row in re.findall(r"<tr>.*?</tr>", look, re.DOTALL)]
    assert len(rows) == 2
    assert (second in rows[0], "two" in rows[0], first in rows[1], "one" in rows[1]) == (True, True, True, True)
    produce(kafka, second, ["foreign"])
    swapped = next_of(look).replace(first, "~").replace(second, first).replace("~", second)
    foreign = admin.get(swapped, HTTP_HX_REQUEST="true")
    assert (foreign.status_code, b"This cursor is not valid here" in foreign.content) == (422, True)
    assert "foreign" in admin.get(next_of(look), HTTP_HX_REQUEST="true").content.decode()


def test_a_topic_that_is_created_again_while_it_is_followed_is_read_from_its_beginning(
    admin: Client, kafka: KafkaCluster, cluster: Cluster, unique: Unique
) -> None:
    topic, other = create_topic(kafka, unique("again")), create_topic(kafka, unique("other"))
    produce(kafka, topic, ["first", "second"])
    address = f"/clusters/local/topics/{topic}/messages/"
    older = admin.get(address, {"limit": 1}).context["more"]
    page = admin.get(address, {"follow": 1}).content.decode()

    def look(query: str) -> str:
        response = admin.get(query, HTTP_HX_REQUEST="true")
        assert response.status_code == 200
        return response.content.decode()

    delete_topic(kafka, topic)
    gone = look(next_of(page))
    assert f"There is no topic {topic}." in gone
    assert re.findall(r"next-\d+", look(next_of(gone))) != re.findall(r"next-\d+", gone)
    create_topic(kafka, topic, partitions=2)
    produce(kafka, topic, ["reborn"])
    again = look(next_of(gone))
    assert ("reborn" in again, "was deleted and created again" in again) == (True, True)
    later = look(next_of(again))
    assert ("<tr>" in later, "was deleted and created again" in later) == (False, True)
    produce(kafka, topic, ["resumed"])
    opened = admin.get(next_of(later)).content.decode()  # as a page of its own
    assert ("resumed" in opened, "reborn" in opened, "<tr>" in look(next_of(opened))) == (True, False, False)
    linked = admin.get(f"{address}?{older}").content.decode()
    assert ("resumed" in linked, "was deleted and created again" in linked) == (True, True)
    refused = admin.get(f"/clusters/local/topics/{other}/messages/?{older}&contains=typed")
    assert (refused.status_code, b'value="typed"' in refused.content) == (422, True)
    program = program_of(User.objects.create_superuser("bob"))
    answer = program("GET", f"{LOCAL}/topics/{other}/messages?{older}")
    assert (answer.status_code, "cursor" in answer.json()["errors"]) == (422, True)


def test_a_filter_holds_for_all_and_a_wrong_one_is_named(
    admin: Client, kafka: KafkaCluster, cluster: Cluster, unique: Unique
) -> None:
    topics = [create_topic(kafka, unique(name)) for name in "ab"]
    query = {"selected": topics, "contains": "needle"}
    page = admin.get(FOLLOW, query).content.decode()
    for topic in topics:
        produce(kafka, topic, ["hay", f"needle of {topic}"])
    look = admin.get(next_of(page), HTTP_HX_REQUEST="true").content.decode()
    assert look.count("<tr>") == 2
    assert ">hay<" not in look
    in_digits = query | {"value_format": "hex", "contains": ""}
    page = admin.get(FOLLOW, in_digits).content.decode()
    assert '<option value="hex" selected>' in page
    for topic in topics:
        produce(kafka, topic, ["AB"])
    look = admin.get(next_of(page), HTTP_HX_REQUEST="true").content.decode()
    assert look.count("41 42") >= 2
    assert f"{topics[0]}/messages/0/2/?value_format=hex" in look
    assert admin.get(FOLLOW, query | {"value_format": "protobuf:shop.Gone"}).status_code == 422
    wrong = admin.get(FOLLOW, query | {"regex": "("})
    assert (wrong.status_code, b"Invalid expression" in wrong.content) == (422, True)
    assert admin.get(FOLLOW, query | {"cursor": ["x", "y"]}).status_code == 422


@pytest.mark.parametrize("module", [several, cursors])
def test_topics_with_more_places_than_an_address_holds_are_not_followed_at_once(
    admin: Client, kafka: KafkaCluster, cluster: Cluster, unique: Unique, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    """Servers refuse longer addresses; without its place, a topic would begin anew with each look."""
    monkeypatch.setattr(module, "LONGEST", 100)
    topics = [create_topic(kafka, unique("many"), partitions=partitions) for partitions in (1, 3)]
    refused = admin.get(FOLLOW, {"selected": topics})
    assert refused.status_code == 422
    assert b"follow fewer of them" in refused.content


@pytest.mark.parametrize("name", ["", "\0", "a/b", "..", "x" * 250, "<b>", "é"])
def test_what_is_no_name_of_a_topic_is_none(admin: Client, away: Cluster, name: str) -> None:
    assert admin.get("/clusters/away/topics/selected/follow/", {"selected": [name]}).status_code == 302


def test_following_goes_on_while_nobody_answers(admin: Client, away: Cluster) -> None:
    """The page repeats a look whose element has a new name, and puts it where the last one was."""
    page = admin.get("/clusters/away/topics/selected/follow/", {"selected": ["x" * 249]}).content.decode()
    look = admin.get(next_of(page), HTTP_HX_REQUEST="true").content.decode()
    assert "<table" not in look
    names = [re.findall(r'id="(next-\d+)"', text) for text in (page, look)]
    assert names[0] != names[1]


def test_records_of_topics_that_one_may_not_read_are_refused(cluster: Cluster, django_user_model: type) -> None:
    user = django_user_model.objects.create_user("pat")  # type: ignore[attr-defined]
    Grant.objects.create(user=user, role="operator", resources="mine.*")
    refused = signed_in(user).get(FOLLOW, {"selected": ["mine.a", "secret"]})
    assert refused.status_code == 403
    assert b"secret" in refused.content
    assert signed_in(user).get(FOLLOW).status_code == 302
