"""The fields of a schema as a tree, whatever its type: what pages show, and what two versions differ in. Pure."""
