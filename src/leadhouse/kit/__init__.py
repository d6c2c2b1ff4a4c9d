"""Small pure tools that every room may use and that know no room.

In come plain values (text, integers, instants, zones); out go plain values or frozen dataclasses: money in
minor units, the shifted clock, ids, calendar periods, opening hours, phones, emails, US places,
names and clean text. Nothing here touches a database, the network or Django, and no table is ours; only
`clock` and `ids` look at the outside world (the time, one setting, randomness).
"""
