"""Who calls `advance`, and when. An engine is only a timer: the rows are the truth."""
