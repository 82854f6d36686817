"""Starting anew with a cluster: another Kafka stands where it was, and what was learnt of the old one is dropped."""

from django.db import transaction
from django.dispatch import Signal

from clusters.models import AclEntry, Broker, Cluster, Group, GroupTopic, Mirror, Topic

started_anew = Signal()
"""Sent with ``cluster``, for whoever keeps more about it."""


def start_anew(cluster: Cluster) -> None:
    """Forget the inventory and the cluster's id; the next look takes whatever answers."""
    with transaction.atomic():
        for model in (Broker, Topic, Group, GroupTopic, AclEntry):
            model.objects.filter(cluster=cluster).delete()
        Mirror.objects.filter(cluster=cluster).delete()
        Mirror.objects.create(cluster=cluster)
        started_anew.send(sender=Cluster, cluster=cluster)
