"""The vocabulary of the product: pure types and rules, standard library only."""
