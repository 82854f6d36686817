"""A cluster as we know it, and how it is reached."""

from typing import Any

from django.db import models
from django.dispatch import Signal
from django.urls import reverse

from clusters.gateway.clients.connection import MECHANISMS, PROTOCOLS, Connection
from clusters.gateway.registry.client import RegistryConnection
from core.encryption import EncryptedSecrets, SecretValues
from core.secret_binding import Destination, carried_over, properties_that_matter, servers_of

servers_changed = Signal()
"""Sent with ``cluster`` when its secrets go elsewhere than before."""
NAMED = ("SCRAM-", "PLAIN")  # mechanisms whose user name is the principal's
DEFAULT_REGISTRY = "default"  # the name of the schema registry that is used where none is named
DECISIVE = ("ssl.", "sasl.", "enable.ssl", "https.", "broker.address", "client.dns")  # properties by their beginnings


class Cluster(models.Model):
    """How to reach one Kafka cluster. Secrets are encrypted; no other field holds a secret."""

    DEVELOPMENT, STAGING, PRODUCTION = "dev", "staging", "production"
    ENVIRONMENTS = [("", "none"), (DEVELOPMENT, "dev"), (STAGING, "staging"), (PRODUCTION, "production")]
    CONFIGURATION, COMMAND = "configuration", "command"
    DECLARERS = [("", "nobody, or not known"), (CONFIGURATION, "the configuration"), (COMMAND, "clusters apply")]

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100, unique=True)
    bootstrap_servers = models.CharField(max_length=2000)
    security_protocol = models.CharField(
        max_length=20, choices=[(protocol, protocol) for protocol in PROTOCOLS], default="PLAINTEXT"
    )
    sasl_mechanism = models.CharField(
        max_length=20, choices=[(mechanism, mechanism) for mechanism in MECHANISMS], blank=True
    )
    username = models.CharField(max_length=255, blank=True)
    ca_pem = models.TextField(blank=True)
    certificate_pem = models.TextField(blank=True)
    verify_hostname = models.BooleanField(default=True)
    oauth_token_url = models.URLField(blank=True)
    oauth_client_id = models.CharField(max_length=255, blank=True)
    oauth_scope = models.CharField(max_length=500, blank=True)
    kerberos_service_name = models.CharField(max_length=100, blank=True, default="kafka")
    kerberos_principal = models.CharField(max_length=255, blank=True)
    properties = models.JSONField(default=dict, blank=True)
    secrets = EncryptedSecrets(blank=True, default=SecretValues)
    read_only = models.BooleanField(default=False)
    needs_approval = models.BooleanField(
        default=False, db_default=False, help_text="Changes that destroy need a second person."
    )
    environment = models.CharField(max_length=20, choices=ENVIRONMENTS, blank=True)
    masking = models.JSONField(default=list, db_default=models.Value([], models.JSONField()), blank=True)
    formats = models.TextField(
        default="", db_default="", blank=True, help_text="Formats of records by topic, in lines."
    )
    super_users = models.TextField(
        default="", db_default="", blank=True, help_text="Super users in lines, where brokers hide super.users."
    )
    declared = models.BooleanField(default=False, help_text="Comes from the configuration; not editable here.")
    declared_by = models.CharField(max_length=20, choices=DECLARERS, default="", db_default="", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; who sends something of their own to these servers learns when they are others than before."""
        before = Cluster.objects.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)
        if before and not self.destination().is_within(before.destination()):
            servers_changed.send(sender=Cluster, cluster=self)

    def get_absolute_url(self) -> str:
        return reverse("cluster", args=[self.slug])

    @property
    def is_production(self) -> bool:
        """Whether destructive changes require a typed name."""
        return self.environment == self.PRODUCTION

    @property
    def own_principal(self) -> str:
        """The principal that kafkaadmin authenticates as; empty where that is not known."""
        return f"User:{self.username}" if self.sasl_mechanism.startswith(NAMED) else ""

    @property
    def requires_approval(self) -> bool:
        """Whether what destroys waits for a second person: also where another record of the same Kafka wants it."""
        if self.needs_approval or not self.pk:
            return self.needs_approval
        others = Cluster.objects.filter(needs_approval=True).exclude(pk=self.pk).select_related("mirror")
        return any(self.is_same_kafka(other) for other in others)

    def is_same_kafka(self, other: "Cluster") -> bool:
        """Tell whether another record is of the same Kafka: by its id or, where one is not known, by an address."""
        mirrors = (getattr(cluster, "mirror", None) for cluster in (self, other))
        ids = [mirror.kafka_cluster_id if mirror else "" for mirror in mirrors]
        if all(ids):
            return ids[0] == ids[1]
        return bool(servers_of(self.bootstrap_servers) & servers_of(other.bootstrap_servers))

    @property
    def may_be_forgotten(self) -> bool:
        """Whether it stays away once deleted: what the configuration declares comes back at the next start."""
        return not self.declared or self.declared_by != self.CONFIGURATION

    @property
    def entered_super_users(self) -> frozenset[str]:
        """The super users that somebody entered; those that brokers tell come before."""
        return frozenset(self.super_users.splitlines())

    def destination(self) -> Destination:
        """Where its secrets go, and how that is checked."""
        decisive = properties_that_matter(self.properties or {}, DECISIVE)
        checks = (self.security_protocol, self.sasl_mechanism, self.ca_pem, self.verify_hostname, self.oauth_token_url)
        return Destination(servers_of(self.bootstrap_servers), (*checks, decisive))

    def carried_secrets(self, after: "Cluster") -> dict[str, str]:
        """Return the stored secrets that may go where they would go afterwards."""
        return carried_over(self.secrets, self.destination(), after.destination())

    def registry(self, name: str = DEFAULT_REGISTRY) -> RegistryConnection | None:
        """Return how one of its schema registries is reached, by default the one of that name; None without one."""
        row = self.registries.filter(name=name).first()
        return row.connection() if row else None

    def connection(self) -> Connection:
        return Connection(
            bootstrap_servers=self.bootstrap_servers,
            security_protocol=self.security_protocol,
            sasl_mechanism=self.sasl_mechanism,
            username=self.username,
            password=self.secrets.get("password", ""),
            ca_pem=self.ca_pem,
            certificate_pem=self.certificate_pem,
            key_pem=self.secrets.get("key_pem", ""),
            key_password=self.secrets.get("key_password", ""),
            verify_hostname=self.verify_hostname,
            oauth_token_url=self.oauth_token_url,
            oauth_client_id=self.oauth_client_id,
            oauth_client_secret=self.secrets.get("oauth_client_secret", ""),
            oauth_scope=self.oauth_scope,
            kerberos_service_name=self.kerberos_service_name,
            kerberos_principal=self.kerberos_principal,
            properties=tuple(sorted(self.properties.items())),
        )


class Configuration(models.Model):
    """The configuration applied last, and why the present one could not be applied; there is one row."""

    digest = models.CharField(max_length=64, blank=True)
    files = models.JSONField(null=True, help_text="The certificates and key stores that it names.")
    failure = models.TextField(default="", db_default="", blank=True)
    applied_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"configuration applied at {self.applied_at}"
