"""QTI: items and packages of 3.0 out and in; 2.0–2.2 in."""
