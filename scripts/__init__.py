"""What keeps the repository's generated pages in step with the code, and checks licences, upgrades and packages."""
