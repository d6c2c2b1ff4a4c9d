"""Many feedbacks at once, from a file: looked over row by row before anything is done, then heard one by one.

In comes a CSV file of a company's; out goes what `feedback` does for each row that can be taken, and for each
row what came of it. Ours: feedback_file, feedback_row.
"""
