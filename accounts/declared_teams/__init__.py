"""Teams that a configuration declares: which accounts of the company are in them, and what they may do."""
