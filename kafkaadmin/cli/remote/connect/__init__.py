"""Commands about connectors."""
