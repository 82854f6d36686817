"""The controllers of a KRaft cluster, its feature levels, and brokers that are registered but away."""
