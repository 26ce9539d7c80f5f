"""What is done to text and addresses, without asking anybody: clean, parse, render, compare."""
