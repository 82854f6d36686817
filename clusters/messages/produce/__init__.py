"""Writing a record: the form, its formats and schemas, the plan; or one that is there, again."""
