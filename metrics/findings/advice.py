"""What each rule means to people: a title, its meaning, likely causes, what to do. Pure.

The advice follows its sources where they give any: Strimzi's prometheus-kafka-rules, Confluent's broker alerts,
Grafana's kafka-observ-lib, Kafka's own documentation.
"""

from dataclasses import dataclass, replace

from metrics.catalogue import own_rules as own


@dataclass(frozen=True)
class Advice:
    title: str
    meaning: str
    causes: str
    action: str


ADVICE = {
    "unreachable": Advice(
        "Kafka is unreachable",
        "No broker of the cluster answers requests. Pages show the last known state.",
        "The brokers are down, a password changed, or the network blocks the connection.",
        "Test the connection in the cluster's settings: the test names the cause.",
    ),
    "connect-unreachable": Advice(
        "A Connect cluster is unreachable",
        "Its connectors are shown as they were last seen; whether they run is not known.",
        "Its workers are down or still starting, its URL or password changed, or the network blocks the connection.",
        "Check the workers' logs, and test the connection in the Connect cluster's settings.",
    ),
    "connector-failed": Advice(
        "A connector failed",
        "It does not start or watch its tasks any more, and does not recover by itself.",
        "Its configuration does not fit the system that it connects to, or that system refused it.",
        "Read its trace, correct the configuration or the other system, then restart it.",
    ),
    "connector-tasks": Advice(
        "Tasks of a connector failed",
        "Their part of the data is no longer copied; Kafka Connect does not restart failed tasks.",
        "A record that cannot be converted or written, or the other system was away for longer than was retried.",
        "Read the trace, then restart the failed tasks. If a record fails again, correct it, or set errors.tolerance.",
    ),
    "approval-waits": Advice(
        "A change waits for approval",
        "A user asked for a change that removes something or loses data; the cluster wants a second person for it.",
        "This is no fault: it is listed so that whoever may decide learns of it.",
        "Read the request, and approve or refuse it before it expires.",
    ),
    "more-connectors": Advice(
        "More failed connectors",
        "Only the first ones have an alert of their own.",
        "Often they have a cause in common: a system that is away, or a plugin that is missing after an upgrade.",
        "Filter the list by unhealthy connectors, and compare their traces.",
    ),
    "registry-unreachable": Advice(
        "The schema registry is unreachable",
        "Subjects are shown as they were last seen; records whose schemas are not known yet are shown as bytes.",
        "It is down or still starting, its URL or password changed, or the network blocks the connection.",
        "Check its log, and test the connection in the cluster's settings.",
    ),
    "manifest-differs": Advice(
        "The cluster differs from its manifest",
        "Topics, ACLs, users or quotas are not what the manifest kept for this cluster says.",
        "Something was changed by hand or by another tool, or the manifest is ahead of the cluster.",
        "Open Drift: apply the manifest, or bring it up to date.",
    ),
    "broker-down": Advice(
        "A broker is down",
        "It holds replicas, but is not part of the cluster now. Losing another broker may make partitions unavailable.",
        "The process stopped, the host is down, or it cannot reach the controller.",
        "Check its log and restart it. If it is gone for good, reassign its replicas to other brokers.",
    ),
    "no-leader": Advice(
        "Offline partitions (no leader)",
        "They can be neither read nor written until an in-sync replica comes back.",
        "All brokers that hold in-sync replicas are down.",
        "Start those brokers. An unclean leader election would make the partitions available, but lose records.",
    ),
    "below-min-isr": Advice(
        "Partitions under min.insync.replicas",
        "Producers with acks=all are refused with NOT_ENOUGH_REPLICAS.",
        "Brokers are down, or followers cannot keep up.",
        "Bring the missing replicas back; lowering min.insync.replicas allows writes with less durability.",
    ),
    "replicas-missing": Advice(
        "Under-replicated partitions",
        "Some replicas are not in sync; the data has fewer copies than configured.",
        "A broker is down or was just restarted, a disk or the network is slow, or a reassignment is running.",
        "Check which broker is missing from the ISR of all of them.",
    ),
    "one-replica": Advice(
        "Topics have a single replica",
        "When the only broker that holds a partition goes down, the partition is unavailable and its data may be lost.",
        "They were created with a replication factor of 1.",
        "Increase the replication factor with a reassignment, unless losing them is acceptable.",
    ),
    "min-isr-too-high": Advice(
        "min.insync.replicas leaves no room",
        "It is as high as the number of replicas: as soon as one broker is down, acks=all is refused.",
        "The setting was chosen for more replicas.",
        "Lower min.insync.replicas below the number of replicas, or add a replica.",
    ),
    "releases-differ": Advice(
        "Brokers run different Kafka versions",
        "Features of the newer version cannot be used, and bugs of the older one are still present.",
        "A rolling upgrade is in progress, or was not completed.",
        "Finish the upgrade; then raise metadata.version, or inter.broker.protocol.version with ZooKeeper.",
    ),
    "throttle-left": Advice(
        "Replication throttled without a reassignment",
        "Replicas that fall behind catch up at the throttled rate, so recovery after a restart takes long.",
        "kafka-reassign-partitions was not run with --verify after the reassignment, or a tool stopped midway.",
        "Run it with --verify, or reset the configs ending in throttled.rate and throttled.replicas.",
    ),
    "leaders-skewed": Advice(
        "Leader imbalance: one broker leads far more partitions",
        "It carries more load than its share.",
        "Other brokers were restarted and did not get their leaders back, or replicas are spread unevenly.",
        "Run a preferred leader election; if that does not help, rebalance the replicas.",
    ),
    "disk-full": Advice(
        "Disk filling up",
        "A broker whose disk is full takes its log directory offline and shuts down.",
        "More is written than retention removes.",
        "Lower the retention of the largest topics, or enlarge the volume.",
    ),
    "no-controller": Advice(
        "No active controller",
        "Metadata cannot be changed, and no leader can be elected.",
        "The controller quorum, or ZooKeeper, has lost its majority.",
        "Start the controllers, or ZooKeeper, and check their logs.",
    ),
    "controller-count": Advice(
        "Active controller count is not 1",
        "0 means that metadata cannot be changed; more than 1 that brokers disagree, or that one is counted twice.",
        "The controller quorum or ZooKeeper is unhealthy, or an exporter of another cluster is selected.",
        "Check the controller quorum or ZooKeeper, then which brokers the label matchers select.",
    ),
    "offline-partitions": Advice(
        "Offline partitions reported by the controller",
        "They can be neither read nor written.",
        "The brokers that hold their replicas are down.",
        "Restart the brokers that hold the replicas; the list of unhealthy topics names the partitions.",
    ),
    "under-min-isr": Advice(
        "Broker leads partitions under min.insync.replicas",
        "Producers with acks=all are refused with NOT_ENOUGH_REPLICAS.",
        "Other brokers are down, or their followers cannot keep up.",
        "Bring the missing replicas back.",
    ),
    "under-replicated": Advice(
        "Broker leads under-replicated partitions",
        "Followers of its partitions are not in sync.",
        "A broker is down, or a follower, a disk or the network is slow.",
        "Compare the brokers: check the one that is missing from every ISR.",
    ),
    "offline-log-dirs": Advice(
        "Log directory offline",
        "All its replicas are unavailable until it is back.",
        "The disk failed or is full.",
        "Check the broker's log, repair or replace the disk, and restart the broker.",
    ),
    "offline-replicas": Advice(
        "Replicas on an offline log directory",
        "They can be neither leaders nor followers.",
        "The disk failed or is full.",
        "Check the broker's log, repair or replace the disk, and restart the broker.",
    ),
    "unclean-elections": Advice(
        "Unclean leader election",
        "An out-of-sync replica became leader: acknowledged records may be lost.",
        "unclean.leader.election.enable is on, and all in-sync replicas were down.",
        "Check the producers to see what was lost; disable the setting where data matters.",
    ),
    "isr-shrinks": Advice(
        "Frequent ISR shrinks",
        "Followers repeatedly fall behind and catch up.",
        "Garbage collection, a slow disk, an overloaded network, or too few replica fetchers.",
        "Check which broker's ISRs shrink, and its GC, disk and network.",
    ),
    "preferred-imbalance": Advice(
        "Preferred leader imbalance",
        "Some partitions are not led by their preferred replica; the load is not spread as intended.",
        "Brokers were restarted, and automatic leader rebalancing is off or slow.",
        "Run a preferred leader election.",
    ),
    "fenced-brokers": Advice(
        "Fenced broker",
        "It is registered with the controller, but not active.",
        "It is down, starting, or has not caught up with the metadata.",
        "Check its log; unregister it if it is gone for good.",
    ),
    "handlers-busy": Advice(
        "Request handlers overloaded",
        "Requests wait for a free handler thread; latency rises.",
        "Too much load, slow disks, or message down-conversion for old clients.",
        "Check which requests take the time; raise num.io.threads if CPU is available, or add brokers.",
    ),
    "network-busy": Advice(
        "Network processors overloaded",
        "Requests wait to be read, and responses to be sent.",
        "Many connections, TLS, or large responses.",
        "Raise num.network.threads, and check for clients that reconnect constantly.",
    ),
    "request-queue": Advice(
        "Request queue filling up",
        "When queued.max.requests (500) is reached, the broker stops reading from the network.",
        "Request handlers are overloaded, or a disk is slow.",
        "Check the request handlers and the local time of requests.",
    ),
    "slow-produce": Advice(
        "Produce requests are slow",
        "1 in 100 produce requests takes this long; producers' buffers fill up.",
        "Slow followers (remote time), slow disks (local time), or busy threads (queue time).",
        "The Requests tab shows in which phase the time is spent.",
    ),
    "heap": Advice(
        "Heap nearly full",
        "GC takes more and more time, until an OutOfMemoryError stops the broker.",
        "The heap is too small for this many partitions and connections, or there is a memory leak.",
        "Check the GC time; Kafka needs 4 to 8 GiB of heap, and the rest of the memory for the page cache.",
    ),
    "garbage-collection": Advice(
        "High GC time",
        "The broker pauses during GC, and may lose its session.",
        "The heap is too small, or large requests fill it.",
        "Increase the heap, use G1, and check for very large records.",
    ),
    "file-descriptors": Advice(
        "File descriptors running out",
        "Without them the broker can open neither segments nor connections, and shuts down.",
        "Many partitions and small segments, or many connections.",
        "Raise the limit (LimitNOFILE) to at least 100,000.",
    ),
    "many-replicas": Advice(
        "Very many replicas on one broker",
        "Startup, failover and fetching take longer with each replica.",
        "Topics with more partitions than they need, or too few brokers.",
        "Spread partitions over more brokers, or delete unused topics.",
    ),
    "metadata-errors": Advice(
        "Controller metadata errors",
        "A record could not be applied to its metadata image.",
        "A bug in Kafka, or a mix of versions.",
        "Check the controller's log.",
    ),
    "metadata-load-errors": Advice(
        "Broker metadata load errors",
        "The broker may act on outdated metadata.",
        "A bug in Kafka, or a mix of versions.",
        "Check the broker's log, and restart it.",
    ),
    "zookeeper-expires": Advice(
        "ZooKeeper session expired",
        "The broker was considered dead, and its partitions changed leaders.",
        "A long GC pause, or ZooKeeper responding later than zookeeper.session.timeout.ms.",
        "Check the broker's GC time and ZooKeeper's disk.",
    ),
    "zookeeper-slow": Advice(
        "ZooKeeper is slow",
        "Leader elections and config changes wait for it.",
        "Its transaction log shares a disk with something else.",
        "Give ZooKeeper a disk of its own.",
    ),
    "at-min-isr": Advice(
        "Partitions at min.insync.replicas",
        "They have exactly min.insync.replicas in-sync replicas: with one less, writes with acks=all are refused.",
        "A broker is down or was just restarted, or followers cannot keep up.",
        "Bring the missing replicas back before you restart another broker.",
    ),
    "broker-state": Advice(
        "Broker not in running state",
        "It is not (or no longer) active in the cluster; its partitions are led by others, or offline.",
        "It is recovering its log after an unclean shutdown, cannot reach the controller, or hangs during shutdown.",
        "Check its log: recovery reports how many segments are left. Do not kill it during recovery.",
    ),
    "failed-produce": Advice(
        "Produce requests fail",
        "The broker rejects or fails to write some produced records.",
        "Partitions below min.insync.replicas, a full or failed disk, or records that are too large or corrupt.",
        "Check the broker's log; it names the topic. Rejected bytes show whether records are too large.",
    ),
    "failed-fetch": Advice(
        "Fetch requests fail",
        "The broker fails to serve some fetches of consumers or followers.",
        "A corrupt segment, a failed disk, or a client without permission.",
        "Check the broker's log; it names the partition.",
    ),
    "bytes-rejected": Advice(
        "Records rejected",
        "Producers send records that the topic does not accept; they are lost unless producers handle the error.",
        "Batches larger than max.message.bytes, or records that are not valid for the topic.",
        "Find the producer by its errors; raise the topic's max.message.bytes, or lower batch.size and use "
        "compression.",
    ),
    "follower-lag": Advice(
        "High follower lag",
        "The broker has yet to copy this many records from a leader; it could not take over if that leader failed.",
        "A reassignment, catching up after downtime, a slow disk or network, or a throttle.",
        "Wait for a reassignment. Otherwise compare disk and network with other brokers; raise num.replica.fetchers.",
    ),
    "scrape-error": Advice(
        "Exporter errors: some metrics missing",
        "It responds, but some of the broker's metrics are missing, so issues may go undetected.",
        "The exporter cannot reach JMX, or one of its rules fails on an MBean.",
        "Check the exporter's log; it names the MBean or the connection.",
    ),
    "scraped-twice": Advice(
        "Brokers are scraped more than once",
        "Sums in dashboards and alerts count each broker twice, unless they allow for it; kafkaadmin's do.",
        "The chart annotates the metrics Service, and the pods are annotated too: two jobs find each broker.",
        "Remove one of them: the pod annotations, or set the Service's prometheus.io/scrape to \"false\".",
    ),
    "exporter-silent": Advice(
        "Exporter unreachable",
        "There are no current metrics of this broker.",
        "The broker or the exporter is down, or too slow for the scrape's timeout.",
        "Open its /metrics: a scrape reads all MBeans, which can take seconds with many partitions.",
    ),
    "metrics-source": Advice(
        "Metrics source unavailable",
        "Alerts that depend on metrics are neither confirmed nor resolved.",
        "The metrics source is down, or its settings are wrong.",
        "Test the source in the metrics settings: the test names the cause.",
    ),
    "group-error": Advice(
        "Consumer group lagging",
        "At least one of its partitions is STOP, STALL or REWIND by Burrow's rules.",
        "The consumer is gone, hangs, or fails repeatedly on a record.",
        "The group's page shows the partitions, the rule, and the member that owns them.",
    ),
    "more-groups": Advice(
        "More consumer groups lagging",
        "At most 100 groups are listed individually; these are lagging as well.",
        "Many groups rarely fail at once by themselves: usually a shared broker, topic or network does.",
        "Check what they share; the list of consumer groups shows all of them.",
    ),
    "data-lost": Advice(
        "Data loss: records expired before they were consumed",
        "They are gone: the log start offset is beyond the group's committed offset.",
        "The group's time lag exceeded the topic's retention.",
        "Raise the topic's retention until the group has caught up.",
    ),
    "lag-unknown": Advice(
        "Consumer lag not available",
        "Consumer groups show the last known status.",
        "__consumer_offsets cannot be read, or brokers are unreachable.",
        "The list of consumer groups shows what is missing.",
    ),
    "lag-overdue": Advice(
        "Consumer lag is not evaluated",
        "An evaluation round has not finished: consumer groups show their last known status, and changes go unnoticed.",
        "A broker is down and a call to it hangs, no worker is running, or the workers are overloaded.",
        "Check that the brokers are reachable; if they are, restart the worker shown on the Consumer groups page.",
    ),
}  # fmt: skip


OF_OWN_RULES = {
    own.LAG: Advice(
        "",
        "The group has more records to consume than the rule allows.",
        "Its consumers are stopped, too slow or too few, or more is produced than usual.",
        "The group's page shows which partitions lag, and which members own them.",
    ),
    own.TIME_LAG: Advice(
        "",
        "The oldest record that the group has not consumed is older than the rule allows.",
        "Its consumers are stopped, too slow or too few, or one of them fails on a record.",
        "The group's page shows which partitions lag, and which members own them.",
    ),
    own.ABOVE: Advice(
        "",
        "More records arrive per second than the rule allows.",
        "A producer repeats itself or was started twice, data is loaded again, or traffic has grown.",
        "Check the topic's producers, and whether its consumers and disks keep up.",
    ),
    own.BELOW: Advice(
        "",
        "Fewer records arrive per second than the rule expects.",
        "A producer is down or refused, or its source sends nothing.",
        "Check the topic's producers and their logs; the topic's latest records show when they stopped.",
    ),
}


def advice(rule: str) -> Advice:
    """Return what a rule means; the title of a rule that somebody defined is its name."""
    if kind := own.kind_of(rule):
        return replace(OF_OWN_RULES[kind], title=own.name_of(rule))
    return ADVICE.get(rule, Advice(rule, "", "", ""))
