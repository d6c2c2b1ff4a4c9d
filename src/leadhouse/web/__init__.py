"""What people and programs see: the console (operators) and the API (programs).

In come requests; out go pages and answers. Reads through report, decides nothing itself.
"""
