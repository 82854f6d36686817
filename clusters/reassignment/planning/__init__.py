"""Which replicas move where, for each goal. Pure, and the same for the same layout."""
