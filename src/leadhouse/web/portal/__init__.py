"""What companies and sources see: the buyers' portal and the sources' portal.

In come requests of people who belong to a company or a source; out go pages of what is theirs. Everything is
read inside a `fence`: the statement asks for one party's rows, and PostgreSQL shows the portal's role no
others. What they say and change goes through the rooms that programs use too.
"""
