"""Records as they are shown, copied and sent: texts, rows, JSON. Pure."""
