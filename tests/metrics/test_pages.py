"""The pages, as a person sees them: charts of both sources, the form's test, findings within one's grants."""

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Grant
from clusters.models import Cluster, Mirror
from metrics.catalogue.samples import Reading
from metrics.models import Channel, FindingRow, MetricsSettings, Watch
from metrics.sources.stored_samples import between, keep
from tests.api.conftest import program_of
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually
from tests.metrics.conftest import Look, until_measured
from tests.metrics.servers import Answer, Handler, hangs, says, serving
from tests.prometheus import Prometheus

SOURCE = {"interval": "15", "scheme": "http", "port": "5556", "path": "/metrics", "verify": "on",
          "slow_produce_warning": "500", "slow_produce_critical": "1000"}  # fmt: skip


@pytest.fixture
def unmeasured(db: None) -> Cluster:
    return Cluster.objects.create(slug="known", name="known", bootstrap_servers="127.0.0.1:1")


def finding(cluster: Cluster, **fields: object) -> FindingRow:
    now = timezone.now()
    values = {"rule": "broker-down", "severity": "critical", "since": now, "opened_at": now, "seen_at": now} | fields
    return FindingRow.objects.create(cluster=cluster, **values)


def test_charts_show_the_brokers_and_say_what_the_exporter_leaves_out(
    measured: Cluster, source: MetricsSettings, look: Look, admin: Client
) -> None:
    until_measured(measured, look, "bytes_in", 3)

    def drawn() -> str | None:
        look()
        html = admin.get("/clusters/measured/metrics/?range=15m").content.decode()
        legend = html.partition("Bytes in")[2].partition("</figure>")[0]
        return html if all(f"broker {number}" in legend for number in (1, 2, 3)) else None

    html = eventually(drawn, timeout=150, every=2)
    assert html is not None
    assert html.count("<polyline") > 6
    requests = admin.get("/clusters/measured/metrics/requests/").content.decode()
    assert "Not available (" in requests
    assert "extraRules" in requests
    assert admin.get("/clusters/measured/metrics/nonsense/").status_code == 404
    overview = program_of(User.objects.get(username="ada")).get("/api/v1/clusters/measured/metrics/overview?range=15m")
    # The chart of an hour is coarser: its last moment may be from before the first reading.
    eventually(lambda: "polyline" in admin.get("/clusters/measured/metrics/glance/").content.decode(), timeout=60)
    chart = next(each for each in overview["charts"] if each["title"] == "Bytes in")
    assert {line["name"] for line in chart["lines"]} == {"1", "2", "3"}
    assert any(value is not None for line in chart["lines"] for value in line["values"])


def test_the_form_finds_matchers_that_select_this_cluster(
    measured: Cluster, measured_kafka: KafkaCluster, prometheus: Prometheus, admin: Client
) -> None:
    exporters = "\n".join(f"{node.id}=127.0.0.1:{node.ports.jmx}" for node in measured_kafka.nodes)
    typed = SOURCE | {"source": "prometheus", "url": prometheus.url, "exporters": exporters, "action": "test"}

    def said() -> bool:
        html = admin.post("/clusters/measured/metrics/settings/", typed).content.decode()
        return "They match this cluster exactly" in html

    eventually(said, timeout=150, every=1)
    wrong = typed | {"matchers": 'job="another"'}
    html = admin.post("/clusters/measured/metrics/settings/", wrong).content.decode()
    assert "no metrics of Kafka brokers" in html
    assert "job=&quot;kafka&quot;" in html
    assert not MetricsSettings.objects.exists()


def test_a_source_that_hangs_leaves_a_page_that_says_so(unmeasured: Cluster, admin: Client) -> None:
    with serving(hangs) as url:
        MetricsSettings.objects.create(cluster=unmeasured, source="prometheus", url=url)
        Watch.objects.create(cluster=unmeasured, flavour="bitnami")
        admin.get("/clusters/known/metrics/")  # the first page of a process reads its templates, too
        begun = time.monotonic()
        response = admin.get("/clusters/known/metrics/")
    assert response.status_code == 200
    assert "did not respond within" in response.content.decode()
    assert time.monotonic() - begun < 5


def answers(queries: list[str]) -> Answer:
    """Answer as a Prometheus whose times are as many ms as the percentile is, and note what was asked for."""

    def answer(handler: Handler) -> None:
        form = parse_qs(handler.body.decode())
        queries.append(form["query"][0])
        names = re.findall(r'"signal", "(\w+_time_\w+(?:@[\d.]+)?)"', queries[-1])
        points = [[int(form["start"][0]), "7"]] if "start" in form else []
        result = [{"metric": {"signal": name, "instance": "b:1", "broker": "1"}, "values": points} for name in names]
        says(json.dumps({"status": "success", "data": {"result": result}}))(handler)

    return answer


@pytest.fixture
def strimzi(unmeasured: Cluster) -> Iterator[list[str]]:
    """Have a Prometheus with all percentiles; gives the queries that it is asked."""
    queries: list[str] = []
    with serving(answers(queries)) as url:
        MetricsSettings.objects.create(cluster=unmeasured, source="prometheus", url=url)
        Watch.objects.create(cluster=unmeasured, flavour="strimzi")
        yield queries


@pytest.mark.parametrize(
    ("percentile", "quantile"), [("50", "0.50"), ("95", "0.95"), ("99", "0.99"), ("99.9", "0.999")]
)
def test_times_of_requests_are_at_the_percentile_that_was_chosen(
    strimzi: list[str], admin: Client, percentile: str, quantile: str
) -> None:
    html = admin.get(f"/clusters/known/metrics/requests/?range=3h&percentile={percentile}").content.decode()
    assert set(re.findall(r'quantile="([\d.]+)"', strimzi[-1])) == {quantile}
    for title in ("Produce, total time", "Follower fetch, total time", "Produce", "Throttle time"):
        chart = html.partition(f"<strong>{title} (p{percentile})</strong>")[2].partition("</figure>")[0]
        assert "max 7 ms" in chart or "max 35 ms" in chart, title
    assert "response queue" in html.partition(f"Produce (p{percentile})")[2].partition("</ul>")[0]
    assert f"<option selected>{percentile}</option>" in html


def test_the_percentile_stays_with_the_range_and_nonsense_is_the_usual_one(strimzi: list[str], admin: Client) -> None:
    html = admin.get("/clusters/known/metrics/requests/?range=3h&percentile=95").content.decode()
    assert "?range=12h&percentile=95" in html.replace("&amp;", "&")
    assert '<input type="hidden" name="range" value="3h">' in html
    for query in ("percentile=nonsense", ""):
        assert "Produce (p99)" in admin.get(f"/clusters/known/metrics/requests/?{query}").content.decode()
    assert "<select" not in admin.get("/clusters/known/metrics/?percentile=95").content.decode()


def test_of_exporters_one_percentile_is_kept_and_the_page_says_so(unmeasured: Cluster, admin: Client) -> None:
    MetricsSettings.objects.create(cluster=unmeasured, source="exporters")
    html = admin.get("/clusters/known/metrics/requests/?percentile=50").content.decode()
    assert "the only one available" in html
    assert "Produce (p99)" in html


def test_a_selector_of_ones_own_may_stand_for_every_percentile(strimzi: list[str], admin: Client) -> None:
    MetricsSettings.objects.update(queries='total_time_produce = my_times{q="$Q"}')
    admin.get("/clusters/known/metrics/requests/?percentile=95")
    assert 'my_times{q="0.95"}' in strimzi[-1]


def test_the_example_of_a_selector_of_ones_own_is_accepted(unmeasured: Cluster, admin: Client) -> None:
    html = unescape(admin.get("/clusters/known/metrics/settings/").content.decode())
    (example,) = re.findall(r"Replace the built-in selectors, one per line, e.g. “(.+?)”", html)
    typed = SOURCE | {"source": "prometheus", "url": "http://127.0.0.1:1", "queries": example}
    assert admin.post("/clusters/known/metrics/settings/", typed).status_code == 302
    assert MetricsSettings.objects.get().queries == example


def test_secrets_go_in_and_never_come_out(unmeasured: Cluster, admin: Client) -> None:
    typed = SOURCE | {"source": "prometheus", "url": "http://127.0.0.1:1", "token": "hidden-token",
                      "headers": "X-Key: hidden-key"}  # fmt: skip
    assert admin.post("/clusters/known/metrics/settings/", typed).status_code == 302
    assert MetricsSettings.objects.get().secrets["token"] == "hidden-token"
    html = admin.get("/clusters/known/metrics/settings/").content.decode()
    assert "hidden-token" not in html
    assert admin.post("/clusters/known/metrics/settings/", typed | {"token": ""}).status_code == 302
    assert MetricsSettings.objects.get().secrets["token"] == "hidden-token"
    assert "hidden" not in str(AuditEntry.objects.filter(action="metrics.configure").values_list("steps", flat=True))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("url", "file:///etc/passwd"),
        ("url", "http://user:password@host"),
        ("matchers", 'job="a"} or vector(1) #'),
        ("queries", "nonsense = up{}"),
        ("queries", "leader_count = sum(up)"),
        ("exporters", "1=http://host/path"),
        ("headers", "no colon"),
        ("interval", "1"),
    ],
)
def test_what_cannot_be_used_is_refused_and_kept_in_the_form(
    unmeasured: Cluster, admin: Client, field: str, text: str
) -> None:
    typed = SOURCE | {"source": "prometheus", "url": "http://127.0.0.1:1", field: text}
    response = admin.post("/clusters/known/metrics/settings/", typed)
    assert response.status_code == 422
    assert text.split('"')[0] in response.content.decode().replace("&quot;", '"')


def test_the_past_of_exporters_is_rolled_up_and_bounded(unmeasured: Cluster) -> None:
    from metrics.models import Measured

    now = 1_800_000_000
    for at in range(now, now + 1200, 15):
        keep(unmeasured, [Reading("bytes_in", "1", float(at - now))], at, 15)
    coarse = Measured.objects.filter(width=300).order_by("at")
    assert coarse.count() == 3
    keep(unmeasured, [], now + 9 * 86400, 15)
    assert Measured.objects.count() == 1


def test_a_time_in_which_no_exporter_was_asked_is_a_gap(unmeasured: Cluster, admin: Client) -> None:
    MetricsSettings.objects.create(cluster=unmeasured, source="exporters", interval=15)
    Watch.objects.create(cluster=unmeasured, flavour="bitnami")
    now = 1_700_000_100
    for at in (*range(now, now + 300, 16), *range(now + 900, now + 1200, 16)):
        keep(unmeasured, [Reading("bytes_in", "1", 5.0)], at, 15)
    html = admin.get(f"/clusters/known/metrics/?from={now}&to={now + 1200}").content.decode()
    chart = html.partition("Bytes in")[2].partition("</svg>")[0]
    assert chart.count("<polyline") == 2


@pytest.fixture
def half_a_day(unmeasured: Cluster) -> int:
    """Have exporters' readings of half a day, one a minute; returns the time of the last, in seconds since 1970."""
    MetricsSettings.objects.create(cluster=unmeasured, source="exporters", interval=60)
    Watch.objects.create(cluster=unmeasured, flavour="bitnami")
    begun = 1_700_000_100
    for at in range(begun, begun + 12 * 3600 + 120, 60):
        keep(unmeasured, [Reading("bytes_in", "1", float(at - begun))], at, 60)
    return at


@pytest.mark.parametrize(("ago", "seconds"), [(8 * 3600, 3600), (6 * 3600 + 70, 150), (3 * 3600 + 400, 900)])
def test_a_zoom_into_what_is_kept_no_longer_look_by_look_has_lines(
    unmeasured: Cluster, half_a_day: int, admin: Client, ago: int, seconds: int
) -> None:
    start = half_a_day - ago
    html = admin.get(f"/clusters/known/metrics/?from={start}&to={start + seconds}").content.decode()
    assert "<polyline" in html.partition("Bytes in")[2].partition("</svg>")[0]


def test_a_long_chart_ends_with_the_looks_that_are_not_rolled_up(unmeasured: Cluster, half_a_day: int) -> None:
    points = between(unmeasured, half_a_day - 6 * 3600, half_a_day)
    assert points[-1] == (half_a_day, [Reading("bytes_in", "1", 12 * 3600.0 + 60)])
    assert [at for at, _ in points] == sorted(at for at, _ in points)


def test_the_last_three_hours_are_fine_to_their_beginning(unmeasured: Cluster, half_a_day: int) -> None:
    points = between(unmeasured, half_a_day - 3 * 3600, half_a_day)
    assert [at for at, _ in points] == list(range(half_a_day - 3 * 3600, half_a_day + 1, 60))


def test_the_first_page_says_what_is_wrong_worst_first(unmeasured: Cluster, admin: Client, client: Client) -> None:
    well = Cluster.objects.create(slug="a-well", name="a-well", bootstrap_servers="127.0.0.1:1")
    for cluster in (unmeasured, well):
        Mirror.objects.create(cluster=cluster, looked_at=timezone.now(), current_as_of=timezone.now(), controller_id=1)
    wrong = finding(unmeasured)
    finding(unmeasured, rule="isr-shrinks", severity="warning")
    html = admin.get("/").content.decode()
    assert "1 critical, 1 warning" in html
    rows = html.partition("<tbody>")[2]
    assert rows.index(">known<") < rows.index(">a-well<")
    clusters = program_of(User.objects.get(username="ada")).get("/api/v1/clusters")
    numbers = [(cluster["slug"], cluster["critical"], cluster["warnings"]) for cluster in clusters]
    assert numbers == [
        ("known", 1, 1),
        ("a-well", 0, 0),
    ]
    FindingRow.objects.filter(pk=wrong.pk).update(silenced_until=timezone.now() + timedelta(hours=1))
    html = admin.get("/").content.decode()
    assert "1 critical" not in html
    assert "1 warning" in html
    blind = User.objects.create_user("blind")
    Grant.objects.create(user=blind, role="custom", actions=["clusters.list", "clusters.view"])
    client.force_login(blind)
    assert "1 warning" not in client.get("/").content.decode()
    assert "Frequent ISR shrinks" not in client.get("/clusters/known/").content.decode()


def test_the_overview_is_there_before_its_charts(unmeasured: Cluster, admin: Client, viewer: Client) -> None:
    Mirror.objects.create(cluster=unmeasured, looked_at=timezone.now(), current_as_of=timezone.now(), controller_id=1)
    assert "choose a Prometheus" in admin.get("/clusters/known/").content.decode()
    assert "choose a Prometheus" not in viewer.get("/clusters/known/").content.decode()
    with serving(hangs) as url:
        MetricsSettings.objects.create(cluster=unmeasured, source="prometheus", url=url)
        Watch.objects.create(cluster=unmeasured, flavour="bitnami")
        html = viewer.get("/clusters/known/").content.decode()
        assert 'hx-get="/clusters/known/metrics/glance/"' in html
        assert "did not respond within" in viewer.get("/clusters/known/metrics/glance/").content.decode()


def test_a_finding_tells_what_it_means_and_can_be_silenced(unmeasured: Cluster, admin: Client, viewer: Client) -> None:
    finding_there = finding(unmeasured, subject="broker 3")
    for page in ("/clusters/known/", "/clusters/known/alerts/", f"/clusters/known/alerts/{finding_there.pk}/"):
        html = viewer.get(page).content.decode()
        assert "A broker is down" in html
    assert viewer.post(f"/clusters/known/alerts/{finding_there.pk}/silence/", {"hours": "8"}).status_code == 403
    assert admin.post(f"/clusters/known/alerts/{finding_there.pk}/silence/", {"hours": "8"}).status_code == 422
    response = admin.post(
        f"/clusters/known/alerts/{finding_there.pk}/silence/", {"hours": "8", "reason": "<b>disk</b>"}, follow=True
    )
    assert "&lt;b&gt;disk&lt;/b&gt;" in response.content.decode()
    assert FindingRow.objects.filter(silenced_until__gt=timezone.now() + timedelta(hours=7)).exists()
    assert AuditEntry.objects.filter(action="findings.silence", outcome="done").exists()


def test_nobody_sees_names_that_no_grant_covers(unmeasured: Cluster, client: Client) -> None:
    person = User.objects.create_user("narrow", password="x")
    Grant.objects.create(user=person, role="viewer", clusters="known", resources="mine*")
    client.force_login(person)
    finding(unmeasured, rule="group-error", subject="theirs")
    topics = finding(unmeasured, rule="no-leader", names=["theirs-1: no leader", "mine-2: no leader"])
    html = client.get("/clusters/known/alerts/").content.decode()
    assert "mine-2" in html
    assert "theirs" not in html
    assert "theirs" not in client.get(f"/clusters/known/alerts/{topics.pk}/").content.decode()
    response = client.get("/clusters/known/alerts/?format=csv")
    assert "theirs" not in b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_what_was_tried_is_saved_without_typing_its_address_again(admin: Client) -> None:
    typed = {"name": "ops", "kind": "alertmanager", "severity": "warning", "cluster_glob": "*", "rule_glob": "*",
             "subject_glob": "*", "repeat_hours": "4", "enabled": "on"}  # fmt: skip
    with serving(says("{}")) as url:
        opened = admin.get("/channels/new/").content.decode()
        (attempt,) = re.findall(r'name="attempt" value="([^"]+)"', opened)
        tried = admin.post("/channels/new/", typed | {"attempt": attempt, "address": f"{url}/secret", "action": "test"})
        assert "/secret" not in tried.content.decode()
        assert "leave blank to keep it" in tried.content.decode()
        assert admin.post("/channels/new/", typed | {"attempt": "another"}).status_code == 422
        assert admin.post("/channels/new/", typed | {"attempt": attempt}).status_code == 302
    assert Channel.objects.get().secrets["url"] == f"{url}/secret"


def test_a_channel_is_tried_and_kept_without_showing_its_address(admin: Client, viewer: Client) -> None:
    typed = {"name": "ops", "kind": "alertmanager", "severity": "warning", "cluster_glob": "*", "rule_glob": "*",
             "subject_glob": "*", "repeat_hours": "4", "enabled": "on"}  # fmt: skip
    with serving(says("{}")) as url:
        response = admin.post("/channels/new/", typed | {"address": url, "action": "test"})
        assert "The test was sent" in response.content.decode()
        assert not Channel.objects.exists()
        admin.post("/channels/new/", typed | {"address": f"{url}/very-secret"})
    kept = Channel.objects.get()
    assert "very-secret" not in admin.get(f"/channels/{kept.pk}/").content.decode()
    assert admin.post(f"/channels/{kept.pk}/", typed).status_code == 302
    assert Channel.objects.get().secrets["url"].endswith("/very-secret")
    assert viewer.get("/channels/").status_code == 403
    assert admin.post("/channels/new/", typed | {"name": "x", "address": "ftp://y"}).status_code == 422
