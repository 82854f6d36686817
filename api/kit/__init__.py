"""What all operations share: access, tokens, problems, paging, changes and types."""
