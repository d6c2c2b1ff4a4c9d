"""What a source's bytes say: JSON, XML, forms and fields, read with limits and cleaned. Pure."""
