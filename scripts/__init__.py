"""What keeps the repository's pages in step with the code, and what installs what the tests need."""
