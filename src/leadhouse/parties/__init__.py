"""Who is who: the market's products, sources, companies, campaigns and people, and the keys they hold.

In comes a market file (YAML or JSON); every fault in it is told at once, or the market is made equal to it in
one transaction. Out goes the frozen `Market` that every later stage reads, cached by its revision.
Ours: parties_market, parties_change, parties_product, parties_source, parties_company, parties_campaign,
parties_access_key, parties_person.
"""
