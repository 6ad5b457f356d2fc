"""The adviser's pages: asking, the desk that answers, the documents."""
