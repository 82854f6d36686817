"""Rules about connectors: pure functions over what Connect workers tell."""
