"""What operators and analysts see: signing in, the overview, the leads, one lead's whole story.

In come requests of people; out go pages whose figures all come from `report`. Views are thin: `filters` reads
what was asked, `words`, `timeline_view` and `decision_view` put a story into words and shapes, templates lay
them out.
"""
