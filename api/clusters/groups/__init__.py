"""Operations on consumer groups, their offsets and configs."""
