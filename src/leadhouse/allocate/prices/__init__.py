"""What each campaign bids for a lead, and how much of that its rejections are expected to leave. Pure."""
