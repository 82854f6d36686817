"""What is remembered of each group: windows, end offsets, timelines. Pure."""
