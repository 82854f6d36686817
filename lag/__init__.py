"""Consumer lag: reading commits, keeping windows, judging them as Burrow does, and showing the verdicts."""
