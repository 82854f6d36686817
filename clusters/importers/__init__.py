"""Reading other tools' configuration. Pure: documents in; clusters and remarks about the rest out."""
