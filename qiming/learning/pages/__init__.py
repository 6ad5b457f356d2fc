"""What pages show, put together from several rooms: reads only, decides nothing."""
