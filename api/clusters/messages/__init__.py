"""Records of a topic: read, exported, written, copied, measured and deleted."""
