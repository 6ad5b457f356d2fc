"""Supervision rounds: frozen figures first, few questions, visits to drawn schools, findings, replies, rectification."""
