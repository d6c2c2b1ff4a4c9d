"""What benchmarks stand on: the shape of their results, the machine, and a house of their own to measure."""
