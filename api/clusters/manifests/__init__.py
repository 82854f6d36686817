"""Operations on manifests, and what a cluster differs in from its own."""
