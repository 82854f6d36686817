"""What all pages share: paths, lists, formats, template tags. Knows nothing about Kafka."""
