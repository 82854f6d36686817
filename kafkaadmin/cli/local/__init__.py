"""Commands that run beside the database."""
