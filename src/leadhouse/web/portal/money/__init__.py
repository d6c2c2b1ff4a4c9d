"""A company's money on pages: the wallet, what moved in a month, an invoice to print, a file."""
