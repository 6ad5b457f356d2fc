"""What a record store costs: statements in, statements out by every filter."""
