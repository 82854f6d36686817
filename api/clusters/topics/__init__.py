"""Operations on topics and their configs."""
