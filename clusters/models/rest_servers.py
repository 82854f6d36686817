"""What schema registries and Connect clusters have in common: how they are reached, and a mirror of what they have."""

from datetime import timedelta
from typing import Any, Self

from django.db import models

from core.encryption import EncryptedSecrets, SecretValues
from core.leasing import Leased
from core.secret_binding import Destination, carried_over, servers_of


class RestServer(Leased):
    """How a server with a REST API is reached, and how the last pass over it ended."""

    LEASE, DONE = timedelta(seconds=60), "looked_at"

    url = models.CharField(max_length=500)
    username = models.CharField(max_length=255, blank=True)
    ca_pem = models.TextField(blank=True)
    certificate_pem = models.TextField(blank=True)
    verify = models.BooleanField(default=True)
    oauth_token_url = models.CharField(max_length=500, blank=True)
    oauth_client_id = models.CharField(max_length=255, blank=True)
    oauth_scope = models.CharField(max_length=500, blank=True)
    secrets = EncryptedSecrets(blank=True, default=SecretValues)

    looked_at = models.DateTimeField(null=True, help_text="End of the last pass, whatever came of it.")
    error = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    seconds = models.FloatField(default=0, help_text="What the last pass took.")
    requests = models.IntegerField(null=True, help_text="Requests of the last pass.")

    class Meta:
        abstract = True

    def destination(self) -> Destination:
        """Where its secrets go, and how that is checked."""
        return Destination(servers_of(self.url), (self.ca_pem, self.verify, self.oauth_token_url))

    def carried_secrets(self, after: Self) -> dict[str, str]:
        """Return the stored secrets that may go where they would go afterwards."""
        return carried_over(self.secrets, self.destination(), after.destination())

    def connection_fields(self) -> dict[str, Any]:
        """Return the fields of its connection, in clear."""
        return {
            "url": self.url,
            "username": self.username,
            "password": self.secrets.get("password", ""),
            "token": self.secrets.get("token", ""),
            "ca_pem": self.ca_pem,
            "certificate_pem": self.certificate_pem,
            "key_pem": self.secrets.get("key_pem", ""),
            "verify": self.verify,
            "oauth_token_url": self.oauth_token_url,
            "oauth_client_id": self.oauth_client_id,
            "oauth_client_secret": self.secrets.get("oauth_client_secret", ""),
            "oauth_scope": self.oauth_scope,
        }
