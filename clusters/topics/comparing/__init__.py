"""Configs of some topics side by side, also of several clusters, and one made like another."""
