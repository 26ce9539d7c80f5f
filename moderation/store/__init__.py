"""What is kept: two engines behind one contract, one file a noun."""
