"""Consumer lag and its settings, for programs."""
