"""What each rule means to people: a title, its meaning, likely causes, what to do. Pure.

The advice follows its sources where they give any: Strimzi's prometheus-kafka-rules, Confluent's broker alerts,
Grafana's kafka-observ-lib, Kafka's own documentation.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    title: str
    meaning: str
    causes: str
    action: str


ADVICE = {
    "unreachable": Advice(
        "Kafka does not answer",
        "No broker of the cluster could be asked. What the pages show is as old as they say.",
        "The brokers are down, a password changed, or the network between is closed.",
        "Test the connection on the cluster's form: it names the cause.",
    ),
    "broker-down": Advice(
        "A broker is down",
        "It holds replicas, but is not part of the cluster now. One more loss may make partitions unavailable.",
        "The process ended, the machine is gone, or it cannot reach the controller.",
        "Read its log and start it again. If it is gone for good, move its replicas to other brokers.",
    ),
    "no-leader": Advice(
        "Partitions have no leader",
        "They can be neither read nor written until a replica that is in sync comes back.",
        "All brokers that hold replicas in sync are down.",
        "Start those brokers. An unclean election would make the partition available and lose records.",
    ),
    "below-min-isr": Advice(
        "Partitions are below min.insync.replicas",
        "Producers that ask for acks=all are refused with NOT_ENOUGH_REPLICAS.",
        "Brokers are down, or followers cannot keep up.",
        "Bring the missing replicas back; lowering min.insync.replicas lets writes go on with less safety.",
    ),
    "replicas-missing": Advice(
        "Partitions are under-replicated",
        "Some replicas are not in sync; the data has fewer copies than were asked for.",
        "A broker is down or was just restarted, a disk or the network is slow, or a reassignment is running.",
        "See which broker is missing in all of them: it is the one to look at.",
    ),
    "one-replica": Advice(
        "Topics have a single replica",
        "When the one broker that holds a partition is gone, so is the partition, perhaps with its data.",
        "They were made with a replication factor of 1.",
        "Raise the replication by a reassignment, unless losing them is acceptable.",
    ),
    "min-isr-too-high": Advice(
        "min.insync.replicas leaves no room",
        "It is as high as the number of replicas: as soon as one broker is down, acks=all is refused.",
        "The setting was made for more replicas.",
        "Lower min.insync.replicas below the number of replicas, or add a replica.",
    ),
    "releases-differ": Advice(
        "Brokers run different releases of Kafka",
        "Features of the newer release cannot be used, and bugs of the older one are still there.",
        "A rolling upgrade is going on, or stopped half way.",
        "Finish the upgrade; then raise metadata.version, or inter.broker.protocol.version with ZooKeeper.",
    ),
    "throttle-left": Advice(
        "Replication is throttled, and nothing is being moved",
        "Replicas that fall behind catch up at the throttled rate, so that a restart takes long to recover from.",
        "kafka-reassign-partitions was not called with --verify after it was done, or a tool ended half way.",
        "Call it with --verify, or reset the configs that end in throttled.rate and throttled.replicas.",
    ),
    "leaders-skewed": Advice(
        "A broker leads far more partitions than others",
        "It does more of the work than its share.",
        "Other brokers were restarted and did not get their leaders back, or replicas are spread unevenly.",
        "Run a preferred leader election; if that does not help, spread the replicas anew.",
    ),
    "disk-full": Advice(
        "A broker's disk fills up",
        "A broker whose disk is full takes its log directory offline, and ends.",
        "More is written than retention removes.",
        "Lower the retention of the largest topics, or grow the volume.",
    ),
    "no-controller": Advice(
        "There is no controller",
        "Nothing can be changed, and no leader can be elected.",
        "The quorum, or ZooKeeper, has lost its majority.",
        "Start the controllers, or ZooKeeper, and read their logs.",
    ),
    "controller-count": Advice(
        "Not exactly one controller is active",
        "None means that nothing can be changed; several, that brokers disagree, or that one is counted twice.",
        "The quorum or ZooKeeper is in trouble; or an exporter of another cluster is selected.",
        "Check the quorum or ZooKeeper, then which brokers the label matchers select.",
    ),
    "offline-partitions": Advice(
        "The controller counts partitions without a leader",
        "They can be neither read nor written.",
        "The brokers that hold their replicas are down.",
        "Restart the brokers that hold the replicas; the list of unhealthy topics names the partitions.",
    ),
    "under-min-isr": Advice(
        "A broker leads partitions below min.insync.replicas",
        "Producers that ask for acks=all are refused with NOT_ENOUGH_REPLICAS.",
        "Other brokers are down, or their followers cannot keep up.",
        "Bring the missing replicas back.",
    ),
    "under-replicated": Advice(
        "A broker leads under-replicated partitions",
        "Followers of its partitions are not in sync.",
        "A broker is down, or a follower, a disk or the network is slow.",
        "Compare brokers: the one that is missing everywhere is the one to look at.",
    ),
    "offline-log-dirs": Advice(
        "A log directory is offline",
        "All replicas in it are lost to the cluster until it is back.",
        "The disk failed or is full.",
        "Read the broker's log, mend the disk, restart the broker.",
    ),
    "offline-replicas": Advice(
        "Replicas lie on a failed log directory",
        "They cannot follow or lead.",
        "The disk failed or is full.",
        "Read the broker's log, mend the disk, restart the broker.",
    ),
    "unclean-elections": Advice(
        "An unclean leader election happened",
        "A replica that was not in sync became leader: records that were acknowledged are lost.",
        "unclean.leader.election.enable is on, and all replicas in sync were down.",
        "Find out what was lost from the producers; switch the setting off where data matters.",
    ),
    "isr-shrinks": Advice(
        "Replicas keep falling out of sync",
        "Followers fall behind and catch up again and again.",
        "Garbage collection, a slow disk, an overloaded network, or too few replica fetchers.",
        "See which broker's followers shrink, and its garbage collection, disk and network.",
    ),
    "preferred-imbalance": Advice(
        "Partitions are not led by their preferred replica",
        "The load is not spread as it was planned.",
        "Brokers were restarted and automatic rebalancing is off or slow.",
        "Run a preferred leader election.",
    ),
    "fenced-brokers": Advice(
        "A registered broker is fenced",
        "It is known to the controller but does not take part.",
        "It is down, starting, or has not caught up with the metadata.",
        "Read its log; unregister it if it is gone for good.",
    ),
    "handlers-busy": Advice(
        "Request handlers are busy",
        "Requests wait for a thread that does the work; everything becomes slower.",
        "More load than the broker can bear, slow disks, or message conversion for old clients.",
        "See which requests take the time; raise num.io.threads if there is processor time left, or add brokers.",
    ),
    "network-busy": Advice(
        "Network threads are busy",
        "Requests wait to be read and answers to be sent.",
        "Many connections, TLS, or large answers.",
        "Raise num.network.threads, and look for clients that connect again and again.",
    ),
    "request-queue": Advice(
        "Requests queue up",
        "When queued.max.requests (500) is reached, the broker stops reading from the network.",
        "Request handlers are too busy, or a disk is slow.",
        "See the request handlers and the time in local processing.",
    ),
    "slow-produce": Advice(
        "Produce requests are slow",
        "One in a hundred takes this long; producers' buffers fill up.",
        "Slow followers (remote time), slow disks (local time), or busy threads (queue time).",
        "The Requests page shows in which part the time goes.",
    ),
    "heap": Advice(
        "The heap is nearly full",
        "Garbage collection takes ever more time, and an OutOfMemoryError ends the broker.",
        "The heap is too small for this many partitions and connections, or something leaks.",
        "Look at the time in garbage collection; Kafka wants 4 to 8 GiB of heap, and the rest for the page cache.",
    ),
    "garbage-collection": Advice(
        "Garbage collection takes much of the time",
        "The broker stands still while it collects, and may lose its session.",
        "The heap is too small, or was filled by large requests.",
        "Raise the heap; use G1; look for very large messages.",
    ),
    "file-descriptors": Advice(
        "File descriptors run out",
        "Without them the broker can open neither segments nor connections, and ends.",
        "Many partitions and small segments, or many connections.",
        "Raise the limit (LimitNOFILE) to at least 100,000.",
    ),
    "many-replicas": Advice(
        "A broker holds very many replicas",
        "Starting, failing over and fetching take longer with each.",
        "Topics with more partitions than they need, or too few brokers.",
        "Spread partitions over more brokers, or delete topics that nobody uses.",
    ),
    "metadata-errors": Advice(
        "The controller met errors in metadata",
        "A change could not be applied to its image of the cluster.",
        "A defect, or a mix of versions.",
        "Read the controller's log.",
    ),
    "metadata-load-errors": Advice(
        "A broker could not load metadata",
        "It may act on old metadata.",
        "A defect, or a mix of versions.",
        "Read the broker's log, and restart it.",
    ),
    "zookeeper-expires": Advice(
        "A broker's ZooKeeper session expired",
        "The broker was thought dead: its partitions changed leaders.",
        "A long garbage collection, or ZooKeeper answering later than zookeeper.session.timeout.ms.",
        "Look at the broker's garbage collection and at ZooKeeper's disk.",
    ),
    "zookeeper-slow": Advice(
        "ZooKeeper is slow",
        "Changes of leaders and configuration wait for it.",
        "Its transaction log shares a disk with something else.",
        "Give ZooKeeper a disk of its own.",
    ),
    "at-min-isr": Advice(
        "Partitions bear no further loss",
        "They have just as many replicas in sync as min.insync.replicas asks for: with one less, acks=all is refused.",
        "A broker is down or was just restarted, or followers cannot keep up.",
        "Bring the missing replicas back before you restart another broker.",
    ),
    "broker-state": Advice(
        "A broker answers, but does not run",
        "It takes no part in the cluster yet, or no more; its partitions are led by others, or by nobody.",
        "It recovers its log after an unclean end, cannot reach the controller, or hangs while it shuts down.",
        "Read its log: recovery tells how many segments are left. Do not kill it while it recovers.",
    ),
    "failed-produce": Advice(
        "Produce requests fail",
        "The broker refuses or fails to write some of what producers send.",
        "Partitions below min.insync.replicas, a full or failed disk, or records that are too large or corrupt.",
        "Read the broker's log; it names the topic. The rejected bytes tell whether records are too large.",
    ),
    "failed-fetch": Advice(
        "Fetch requests fail",
        "The broker fails to read some of what consumers or followers ask for.",
        "A damaged segment, a failed disk, or a client that asks for what it may not have.",
        "Read the broker's log; it names the partition.",
    ),
    "bytes-rejected": Advice(
        "Records are rejected",
        "Producers send what the topic does not take, and lose it unless they handle the error.",
        "Batches larger than max.message.bytes, or records that are not valid for the topic.",
        "Find the producer by its errors; raise max.message.bytes of the topic, or lower batch.size and compress.",
    ),
    "follower-lag": Advice(
        "A broker's replicas are far behind",
        "It has yet to copy so many records from a leader; were that leader lost, it could not take over.",
        "A reassignment or a long absence, while it catches up; else a slow disk or network, or a throttle.",
        "Wait for a reassignment. Otherwise compare disk and network with other brokers; raise num.replica.fetchers.",
    ),
    "scrape-error": Advice(
        "An exporter cannot read all metrics",
        "It answers, but some of the broker's values are missing: findings may be missing, too.",
        "The exporter cannot reach JMX, or one of its rules fails on a bean.",
        "Read the exporter's log; it tells the bean or the connection.",
    ),
    "scraped-twice": Advice(
        "Brokers are scraped more than once",
        "Every sum in dashboards and alerts that is not made to bear it is doubled. Ours bear it.",
        "The chart annotates the metrics Service, and the pods are annotated too: two jobs find each broker.",
        "Remove one of them: the pod annotations, or set the Service's prometheus.io/scrape to \"false\".",
    ),
    "exporter-silent": Advice(
        "A broker's exporter does not answer",
        "What happens in this broker is not known.",
        "The broker or the exporter is down, or too slow for the scrape's timeout.",
        "Open its /metrics; a scrape walks all MBeans and may take seconds with many partitions.",
    ),
    "metrics-source": Advice(
        "Metrics cannot be read",
        "Findings that need metrics are neither confirmed nor resolved.",
        "The source is down, or its settings are wrong.",
        "Test the source in the metrics settings: it names the cause.",
    ),
    "group-error": Advice(
        "A consumer group is in trouble",
        "At least one of its partitions has stopped, stalled or rewound, by Burrow's rules.",
        "The consumer is gone, hangs, or fails on a record again and again.",
        "The group's page names the partitions, the rule, and the member that owns them.",
    ),
    "more-groups": Advice(
        "More consumer groups are in trouble",
        "Only a hundred groups have a finding of their own; these are as badly off, but are not named here.",
        "Many groups at once seldom fail by themselves: a broker, a topic or a network that they share does.",
        "Look for what they share; the lag page lists all of them.",
    ),
    "data-lost": Advice(
        "Records expired before a group had read them",
        "They are gone: the log begins after the group's position.",
        "The group was behind for longer than the topic's retention.",
        "Raise the topic's retention until the group has caught up.",
    ),
    "lag-unknown": Advice(
        "Consumer lag cannot be collected",
        "Verdicts are as old as the lag page says.",
        "The offsets topic cannot be read, or brokers do not answer.",
        "The lag page says what is missing.",
    ),
    "lag-overdue": Advice(
        "Consumer lag is not evaluated",
        "A round began and has not come back: verdicts are as old as the lag page says, and changes go unnoticed.",
        "A broker is dead and a call to it hangs, no worker runs, or the workers have more to do than they can.",
        "See that the cluster's brokers answer; if they do, restart the worker that the lag page names.",
    ),
}  # fmt: skip


def advice(rule: str) -> Advice:
    return ADVICE.get(rule, Advice(rule, "", "", ""))
