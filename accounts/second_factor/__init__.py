"""The second factor of users with a password of kafkaadmin's own: codes of an authenticator app (TOTP)."""
