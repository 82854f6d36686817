"""Starting over with a cluster that was replaced: what was stored of the old one is dropped."""

from django.db import transaction
from django.dispatch import Signal

from clusters.models import AclEntry, Broker, Cluster, Group, GroupTopic, Mirror, Topic

started_anew = Signal()
"""Sent with ``cluster``; other apps drop what they store of it."""


def start_anew(cluster: Cluster) -> None:
    """Drop the inventory and the cluster's id; the next run accepts whichever cluster answers."""
    with transaction.atomic():
        for model in (Broker, Topic, Group, GroupTopic, AclEntry):
            model.objects.filter(cluster=cluster).delete()
        Mirror.objects.filter(cluster=cluster).delete()
        Mirror.objects.create(cluster=cluster)
        started_anew.send(sender=Cluster, cluster=cluster)
