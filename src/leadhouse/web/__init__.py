"""What people and programs see: console (operators, analysts), portals (companies, sources), API (programs).

In come requests; out go pages, answers and files. Reads through report, decides nothing itself. Ours:
`web_sign_in_try`, how often signing in failed lately and until when the next try must wait; `web_note`, what
a company's people wrote about its leads; `web_saved_list`, the lists of leads that people come back to; and
the fences, which say what of all tables the portals may read.
"""
