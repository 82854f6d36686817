"""The Connect clusters of a cluster: our records of them."""
