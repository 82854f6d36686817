"""Reading other tools' configuration. Pure: documents in, clusters and what was not understood out."""
