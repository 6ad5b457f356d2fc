"""Pages of the teaching room, by what they are about. Thin: parse, ask or act, render."""
