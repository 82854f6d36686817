import pytest

from clusters.groups import inventory_rows, plan
from clusters.groups.plan import Place
from clusters.models import Cluster, Group, GroupTopic


@pytest.mark.django_db
@pytest.mark.parametrize(("committed", "offset", "lag"), [(500, 47, 53), (50, 47, 53), (50, 100, 0)])
def test_the_lists_have_the_new_lag_at_once(committed: int, offset: int, lag: int) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="a:1")
    before = max(100 - committed, 0)
    Group.objects.create(cluster=cluster, name="g", state="Empty", type="classic", lag=before)
    GroupTopic.objects.create(cluster=cluster, group="g", topic="t", lag=before)
    reset = plan.reset("g", {("t", 0): Place(committed, 0, 100)}, plan.at(offset))
    inventory_rows.offsets_reset(cluster, "g", reset)
    assert (Group.objects.get().lag, GroupTopic.objects.get().lag) == (lag, lag)
