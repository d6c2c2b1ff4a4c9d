"""Editing the market on screens: what a form posts becomes an entry of the market file, and an entry a form.

In come an entry as it is stored and the texts that somebody typed; out go the entry as it would be
written, its faults beside their fields, and what saving it would change. `raw`, `parts`, `values`, `reading`,
`showing` and the rule's form only think; the pages themselves stand beside them.
"""
