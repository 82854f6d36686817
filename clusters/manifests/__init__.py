"""A cluster's topics, ACLs, users and quotas as a file: written, compared with the cluster, and applied to it."""
