"""What metrics cost us, for thirty brokers: a scrape of all, a page of charts. ``python -m benchmarks.charts``."""

import json
import os
import statistics
import tempfile
import time
from typing import Any

BROKERS, RUNS, DAY = 30, 5, 86400


def scraping() -> float:
    """Return our CPU seconds for scraping thirty brokers with the longest rules."""
    from core.outgoing import Access
    from metrics.catalogue.signals import table
    from metrics.sources.exporters import scrape_all
    from tests.metrics import fixtures
    from tests.metrics.servers import says, serving

    with serving(says(fixtures.text("confluent_40"), "text/plain")) as url:
        begun = time.process_time()
        scrapes = scrape_all({str(number): f"{url}/metrics" for number in range(BROKERS)}, Access(), table().values())
        spent = time.process_time() - begun
    assert all(scrape.values for scrape in scrapes)
    return spent


def answer(step: int) -> str:
    """Return a Prometheus response with all signals of the overview, for thirty brokers over a day."""
    from metrics.catalogue.plots import PAGES

    now = int(time.time())
    points = [[at, f"{at % 977}.25"] for at in range(now - now % step - DAY - step, now + step, step)]
    names = {name for plot in PAGES["overview"] for name in plot.signals}
    result = [
        {"metric": {"signal": name, "instance": f"b{n}:5556", "broker": str(n)}, "values": points}
        for name in names
        for n in range(BROKERS)
    ]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})


def charting() -> dict[str, float]:
    """Return the median milliseconds of the overview's page, and of fetching the data for it."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import User
    from django.test import Client

    from clusters.models import Broker, Cluster
    from core.memory import settle
    from core.outgoing import Access
    from metrics.charts.drawing import POINTS
    from metrics.models import MetricsSettings, Watch
    from metrics.sources.http import fetch
    from tests.metrics.servers import says, serving

    cluster = Cluster.objects.create(slug="big", name="big", bootstrap_servers="b:1")
    Broker.objects.bulk_create(Broker(cluster=cluster, broker_id=n, host=f"b{n}") for n in range(BROKERS))
    Watch.objects.create(cluster=cluster, flavour="strimzi")
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    with serving(says(answer(DAY // POINTS))) as url:
        MetricsSettings.objects.create(cluster=cluster, source="prometheus", url=url)
        client.get("/clusters/big/metrics/?range=24h")
        settle()
        page = median(lambda: client.get("/clusters/big/metrics/?range=24h"))
        source = median(lambda: fetch(url, Access(), seconds=4, max_bytes=50_000_000, form={}))
    return {"page_ms": page, "fetching_ms": source, "ours_ms": round(page - source, 1)}


def median(act: Any) -> float:
    """Return the median milliseconds of some runs."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(times), 1)


def main() -> None:
    os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    os.environ["KAFKAADMIN_LOG_LEVEL"] = "ERROR"
    os.environ["KAFKAADMIN_ALLOWED_HOSTS"] = "*"
    print(f"scraping {BROKERS} brokers: {scraping():.2f} s of processor time")
    print(f"overview of {BROKERS} brokers, 24 h: {charting()}")


if __name__ == "__main__":
    main()
