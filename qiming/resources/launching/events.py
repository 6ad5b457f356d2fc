"""What launching announces."""

# {adoption_id, product_id, state}: a school's decision about a product moved on.
TOOL_MOVED = "resources.tool_moved"
