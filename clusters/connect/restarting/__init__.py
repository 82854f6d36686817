"""Restarting what failed: all of it on request, and failed tasks by schedule."""
