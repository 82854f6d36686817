"""What runs the processes: Celery, beat, gunicorn, signs of life, logs."""
