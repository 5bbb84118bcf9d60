"""Pictures in, results out: fetched within bounds, judged by their bytes, parsed outside this process."""
