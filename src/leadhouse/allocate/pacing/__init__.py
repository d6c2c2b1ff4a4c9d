"""How fast campaigns spend their budgets: a shadow price for each, by dual mirror descent. Pure.

The shadow price λ of a campaign (0..MOST) says what share of its price a further lead is worth keeping its
budget for. It makes offers stand further back, and changes no price.
"""
