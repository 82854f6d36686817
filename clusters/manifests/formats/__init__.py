"""The layouts that a manifest is read in: our own, Strimzi's, kafka-gitops', JulieOps', and ACLs as CSV."""
