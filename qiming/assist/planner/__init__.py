"""备课: a period, a unit, homework and a lesson visit put together from the course by what a class has mastered."""
