"""How plans are put together: pure, from the lesson's parts and the class's figures; every choice says why."""
