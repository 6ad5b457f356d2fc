"""The class-hour year end: a head signs, a district looks at drawn schools, the city freezes."""
