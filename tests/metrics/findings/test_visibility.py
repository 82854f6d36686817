"""What a person with few grants reads of findings: no name, and no number, of what others have."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clusters.inventory.findings import FIRST
from clusters.models import Cluster
from metrics.models import FindingRow
from tests.api.conftest import V1, person, program_of

pytestmark = pytest.mark.django_db
MINE = ["ux-a-0: no leader", "ux-a-1: no leader"]
THEIRS = ["orders-0: no leader"]


@pytest.fixture
def prod(db: None) -> Cluster:
    return Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")


def finding(cluster: Cluster, **fields: Any) -> FindingRow:
    now = timezone.now()
    values = {"rule": "no-leader", "severity": "critical", "since": now, "opened_at": now, "seen_at": now} | fields
    return FindingRow.objects.create(cluster=cluster, **values)


@pytest.mark.parametrize(
    ("fields", "value", "names", "hidden"),
    [
        ({"value": "7,377 partitions", "names": MINE + THEIRS}, "2 partitions", MINE, True),
        ({"value": "7,377 partitions", "names": THEIRS}, "", [], True),
        ({"value": "2 partitions", "names": MINE}, "2 partitions", MINE, False),
        # There may be more that are not named, theirs or others.
        ({"value": "7,377 partitions", "names": MINE + THEIRS * (FIRST - 2)}, "", MINE, True),
        ({"rule": "one-replica", "value": "7,377 topics", "names": ["ux-a", "orders"]}, "1 topic", ["ux-a"], True),
        ({"rule": "throttle-left", "value": "1 broker and 7,377 topics, …", "names": ["broker 1", "ux-a", "orders"]},
         "", ["broker 1", "ux-a"], True),
        ({"rule": "more-groups", "value": "and 7,377 more groups in ERR"}, "", [], False),
        ({"rule": "at-min-isr", "value": "7,377 partitions"}, "", [], False),
        ({"rule": "broker-down", "subject": "broker 1", "value": "down"}, "down", [], False),
    ],
)  # fmt: skip
def test_numbers_count_only_what_one_may_see(
    prod: Cluster, fields: dict[str, Any], value: str, names: list[str], hidden: bool
) -> None:
    row = finding(prod, **fields)
    finding(prod, resolved_at=timezone.now(), **fields)
    vera = person("vera", clusters="prod", resources="ux-*")
    program = program_of(vera)
    shown = program.get(f"{V1}/clusters/prod/findings/{row.pk}")
    assert (shown["value"], shown["names"], shown["hidden"]) == (value, names, hidden)
    assert program.get(f"{V1}/clusters/prod/findings?q=7,377")["items"] == []
    client = Client()
    client.force_login(vera)
    for page in ("/", "/clusters/prod/", "/clusters/prod/alerts/", f"/clusters/prod/alerts/{row.pk}/"):
        assert "7,377" not in client.get(page).content.decode().partition("<main")[2], page
    exported: Any = client.get("/clusters/prod/alerts/?format=csv")
    assert "7,377" not in b"".join(exported.streaming_content).decode()


def test_who_sees_everything_reads_every_number(prod: Cluster, admin: Client) -> None:
    row = finding(prod, value="7,377 partitions", names=MINE)
    for page in ("/clusters/prod/alerts/", f"/clusters/prod/alerts/{row.pk}/", "/clusters/prod/alerts/?format=json"):
        response: Any = admin.get(page)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert "7,377 partitions" in content.decode()


def test_alerts_of_a_kind_are_one_line_and_each_can_be_muted_from_there(prod: Cluster, admin: Client) -> None:
    for number in range(12):
        finding(prod, rule="lag:late", subject=f"g{number}", severity="warning", value=f"lag {number}", page="group",
                target=f"g{number}", threshold="above 0")  # fmt: skip
    page = admin.get("/clusters/prod/alerts/").content.decode()
    assert page.count(">late</a>") == 1
    assert page.count("(above 0)") == 1
    assert "+2" in page
    assert 'href="/clusters/prod/groups/g11/"' in page
    row = FindingRow.objects.get(subject="g3")
    mute = f"/clusters/prod/alerts/{row.pk}/silence/?next=/clusters/prod/alerts/"
    assert mute in page
    form = admin.get(mute).content.decode()
    assert 'name="next" value="/clusters/prod/alerts/"' in form
    response = admin.post(mute, {"hours": "8", "reason": "known", "next": "/clusters/prod/alerts/"})
    assert (response.status_code, response["Location"]) == (302, "/clusters/prod/alerts/")
    assert "muted" in admin.get("/clusters/prod/alerts/").content.decode()


def test_nobody_is_offered_what_would_be_refused(prod: Cluster, viewer: Client) -> None:
    finding(prod, value="1 partition")
    assert "Mute" not in viewer.get("/clusters/prod/alerts/").content.decode().partition("<main")[2]
