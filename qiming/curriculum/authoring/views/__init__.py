"""Pages on which a school's version of a lesson is written, compared, published and proposed."""
