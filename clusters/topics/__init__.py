"""The area of topics."""
