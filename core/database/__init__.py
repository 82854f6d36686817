"""What Django's database layer lacks: queries whose SQL is kept, squashed migrations, expressions for SQLite."""
