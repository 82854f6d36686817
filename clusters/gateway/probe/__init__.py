"""Testing a connection: what exactly is wrong with it."""
