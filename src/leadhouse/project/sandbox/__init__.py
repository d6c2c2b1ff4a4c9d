"""The sandbox: pretend buyers, a pretend source, a pretend IPQualityScore and a pretend mail server.

A process of its own, spoken to over real HTTP and SMTP, so that the demo and the tests need nobody's
permission and still go through every wire. What it receives it keeps in a folder, written durably before it
answers. It imports no room: to the house it is a stranger.
"""
