"""What every page is made with: paths, lists, formats, template tags. Knows nothing of Kafka."""
