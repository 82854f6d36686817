"""What runs the processes: Celery, beat, gunicorn, heartbeats, logs."""
