"""One shard's rounds: reading commits, saving windows, leases, history."""
