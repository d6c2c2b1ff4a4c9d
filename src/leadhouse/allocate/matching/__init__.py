"""Which campaigns may have a lead by everything but money: sets of campaigns per accepted value. Pure."""
