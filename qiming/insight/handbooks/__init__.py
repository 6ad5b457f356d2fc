"""The personal handbook 个性化学习手册: weak points, worked examples, practice with space to write, answers at the end."""
