"""The area of acls."""
