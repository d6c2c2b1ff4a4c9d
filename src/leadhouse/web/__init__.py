"""What people and programs see: the console (operators, analysts) and the API (programs).

In come requests; out go pages, answers and files. Reads through report, decides nothing itself. Our one
table, `web_sign_in_try`, holds how often signing in failed lately and until when the next try must wait.
"""
