"""What goes over the wire: bodies, templates, signatures written, answers read. Pure: no socket, no clock."""
