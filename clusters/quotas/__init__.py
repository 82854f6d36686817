"""Client quotas: the list, what applies to a client, setting and removing them."""
