"""The form of a Connect cluster. Stored secrets are never shown; leaving one's field empty keeps the stored one."""

from django.core.exceptions import ValidationError

from clusters.connect.rules.topics import GROUP_PATTERN
from clusters.connections.server_forms import SERVER_FIELDS, SERVER_LABELS, ServerForm, server_widgets
from clusters.models import Cluster, ConnectCluster

RESERVED = "clusters"  # a part of addresses
LONGEST_WAIT, MOST_RESTARTS = 1_440, 100
NEEDED = {"password": "username", "key_pem": "certificate_pem", "oauth_client_secret": "oauth_token_url"}
SECRETS = tuple(NEEDED)


class ConnectClusterForm(ServerForm):
    """How a Connect cluster is reached, and whether its failed tasks are restarted."""

    needed = NEEDED

    class Meta:
        model = ConnectCluster
        fields = [*SERVER_FIELDS, "group_pattern", "restart_minutes", "restart_most"]
        labels = {
            **SERVER_LABELS,
            "verify": "Verify the workers' certificate",
            "group_pattern": "Consumer group pattern",
            "restart_minutes": "Restart failed tasks every (min)",
            "restart_most": "Restarts per connector and day",
        }
        help_texts = {
            "name": "Any name; it is part of addresses",
            "url": "Of the REST API; several, comma-separated, are tried in turn",
            "oauth_token_url": "Gives tokens by client credentials; a token is sent instead of user name and password",
            "group_pattern": "Of sinks; %s is the connector. consumer.override.group.id of a connector goes first",
            "restart_minutes": "0 for never. Each restart is in the audit log; read-only clusters have none.",
            "restart_most": "After so many a connector is left as it is, and its alert stays.",
        }
        widgets = server_widgets("http://connect:8083")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if "/" in name or name == RESERVED or name.strip(".") == "":
            raise ValidationError(f"A name has no slash, and is not “{RESERVED}”.")
        others = ConnectCluster.objects.filter(cluster=self.instance.cluster_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("There is a Connect cluster of this name already.")
        return name

    def clean_oauth_client_id(self) -> str:
        client_id: str = self.cleaned_data["oauth_client_id"]
        if self.cleaned_data.get("oauth_token_url") and not client_id:
            raise ValidationError("Required with a token endpoint.")
        return client_id

    def clean_group_pattern(self) -> str:
        pattern: str = self.cleaned_data["group_pattern"].strip() or GROUP_PATTERN
        if "%s" not in pattern:
            raise ValidationError("%s, the connector's name, is missing.")
        return pattern

    def clean_restart_minutes(self) -> int:
        minutes: int = self.cleaned_data["restart_minutes"]
        if minutes > LONGEST_WAIT:
            raise ValidationError(f"At most {LONGEST_WAIT:,}, which is a day.")
        return minutes

    def clean_restart_most(self) -> int:
        most: int = self.cleaned_data["restart_most"]
        if not 1 <= most <= MOST_RESTARTS:
            raise ValidationError(f"Between 1 and {MOST_RESTARTS}.")
        return most


def new_connect(cluster: Cluster) -> ConnectCluster:
    return ConnectCluster(cluster=cluster)
