"""Groups of every type: described, their members, offsets and configs, and what share and streams groups alone have."""
