"""A company's statement: what it paid in, was charged and got back in a span, read from the book."""
