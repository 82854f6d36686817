"""Operations on the subjects of a schema registry."""
