"""Configs of topics and brokers as pages and the API change them."""
