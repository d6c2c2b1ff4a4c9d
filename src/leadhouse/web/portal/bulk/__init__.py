"""Feedback by file in the buyers' portal: uploaded, looked over, confirmed, followed row by row."""
