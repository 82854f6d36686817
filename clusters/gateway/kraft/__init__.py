"""A KRaft cluster itself: its controllers (KIP-853), feature levels (KIP-584), and API versions."""
