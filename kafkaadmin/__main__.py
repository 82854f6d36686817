"""``python -m kafkaadmin``."""

from kafkaadmin.cli import main

main()
