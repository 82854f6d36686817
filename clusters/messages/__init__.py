"""Reading a topic's records, page by page."""
