"""The REST API under ``/api/v1``, and the tokens that programs sign in to it with."""
