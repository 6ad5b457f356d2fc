"""Following a student from answer to answer: what is kept, what is read from it, and the two ways to a probability.

`signs` names what is read before an answer; `memory` keeps and moves the state (compiled); `difficulty`, `factors`
and `sequences` are counted from other students; `readout` and `trees` turn signs into the chance of a right answer;
`model` puts them together. Formulas and sources: docs/mastery.md.
"""
