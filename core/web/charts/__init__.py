"""Charts: series in, coordinates out (pure), and what the one template of charts shows."""
