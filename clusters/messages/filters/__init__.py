"""What a record must be like to be shown: texts, JSON paths, expressions; all that are given hold. Pure."""
