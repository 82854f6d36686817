"""What is wrong: rules, how findings begin and end, silence."""
