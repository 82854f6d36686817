"""Commands about who may do how much: ACLs, users and quotas."""
