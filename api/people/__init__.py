"""People, groups, grants and the audit log, for programs."""
