"""leadhouse, the open lead clearing house: one folder per stage, in the order leads flow."""
