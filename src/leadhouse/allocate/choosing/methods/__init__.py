"""How it is chosen who gets a lead, of those that may have it and have room: one file a thought. Pure.

`distributions` is the one place where a product's method is looked up; docs/distribution.md tells what each
method promises.
"""
