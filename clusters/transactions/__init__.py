"""Transactions and producers: who writes in transactions, which of these hang, and aborting those."""
