"""What an agent is measured by: its shipped dialogues put to it, or to any product, by the test field's runner. No Django."""
