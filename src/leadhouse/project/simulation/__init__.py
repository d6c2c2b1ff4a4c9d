"""What `leadhouse simulate` asks, runs, shows and writes."""
