"""Charts: time ranges, series, drawing."""
