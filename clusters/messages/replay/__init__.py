"""Copying the records that a query chooses to another topic, or another cluster, as a job."""
