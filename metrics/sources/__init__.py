"""Where metrics come from: a Prometheus, or the brokers' exporters themselves."""
