"""Drift: the manifest kept for a cluster, and in what the cluster differs from it, compared again and again."""
