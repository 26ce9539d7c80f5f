"""What `doctor` looks at, one file a place; each look ends in findings with their cure."""
