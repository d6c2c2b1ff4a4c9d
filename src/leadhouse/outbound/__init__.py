"""The one post office: the only room that opens sockets to other people's machines.

In come requests and mails that a stage has written, with what is in `wire`; out go replies: the other side's
answer, or the trouble that kept us from one and whether anything had left by then. HTTP is guarded: public
addresses only, one look-up, the address pinned, no redirects, limits on time and size. No table is ours.
"""
