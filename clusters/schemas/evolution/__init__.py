"""Which schemas can read what others wrote, as Confluent's registry decides it, for each type. Pure."""
