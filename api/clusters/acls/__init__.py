"""Operations on ACLs."""
