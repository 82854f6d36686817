"""Changes of a KRaft cluster itself: who votes (KIP-853), and feature levels (KIP-584)."""
