"""Rules, evaluation, evidence and time lag. Pure."""
