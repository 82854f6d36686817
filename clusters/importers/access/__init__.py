"""Who may do what in other tools' configuration, as providers and teams of ours: never more than it was there. Pure."""
