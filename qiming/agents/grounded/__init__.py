"""The engine that answers without a model, from course content only. Pure: same conversation, same reply."""
