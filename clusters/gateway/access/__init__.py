"""Who may do what: users, their credentials, ACLs, and how brokers authorize."""
