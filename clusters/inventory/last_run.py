"""What this process last mirrored of a cluster: while Kafka says the same again, there is nothing to write."""

from collections.abc import Sequence

from clusters.gateway import cluster as kafka_cluster
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.fingerprint import Digests, Fingerprint
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.groups.describing import GroupListing
from clusters.gateway.reading.watermark_reader import WatermarkReader
from clusters.models import Mirror

TIMEOUT = 1.0  # a broker that takes longer is asked for everything, which tells what is wrong


class LastRun:
    """The last run over one cluster by this process, if it came to its end and everything answered.

    ``before`` are the digests of what Kafka said before that run, so that a change during it shows in the next ones.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.reader = WatermarkReader(connection)
        self.fingerprint: Fingerprint | None = None
        self.present: Digests | None = None
        self.before: Digests | None = None
        self.brokers: tuple[int, ...] = ()
        self.fence = -1
        self.row: tuple[object, ...] = ()

    def is_unchanged(self, mirror: Mirror) -> bool:
        """Ask Kafka, and tell whether it says what it said before the last run, and nobody wrote rows since.

        What is asked here is what the next looks are compared with: so this comes before every run.
        """
        is_ours = mirror.fence == self.fence + 1 and row_of(mirror) == self.row
        self.fence, self.present = mirror.fence, None
        if self.fingerprint is None or mirror.error or mirror.failures:
            return False
        if self.reader.has_moved(timeout=TIMEOUT):
            return False  # where records arrive all the time, the rest is not asked for twice
        self.present = self.fingerprint.digests(self.connection, timeout=TIMEOUT)
        if not is_ours or self.present is None or self.present != self.before:
            return False
        try:
            mirror.controller_id = kafka_cluster.controller(self.connection, timeout=TIMEOUT)
        except KafkaFailure:
            return False
        return True

    def remember(self, mirror: Mirror, brokers: Sequence[int], listings: Sequence[GroupListing]) -> None:
        """Remember a run that came to its end, and what to ask before the next one."""
        fingerprint = Fingerprint(mirror.kafka_cluster_id, brokers, listings)
        if self.fingerprint and self.fingerprint.key == fingerprint.key:
            self.before = self.present
        else:
            self.fingerprint, self.before = fingerprint, None
        self.brokers = tuple(brokers)
        self.row = row_of(mirror)

    def forget(self) -> None:
        """Forget the last run: one after it failed, in part or as a whole."""
        self.before = None


def row_of(mirror: Mirror) -> tuple[object, ...]:
    """Return what must be the same for the rows to be those of the last run: whose they are, and changes through us."""
    return mirror.pk, mirror.kafka_cluster_id, mirror.changes
