"""The only code that talks to Kafka: typed results, typed errors, deadlines. Knows neither Django nor Celery."""
