"""A course version that one school made, lent to the classes of another place."""
