"""The board: server-rendered pages for people, kept level by events (docs/board.md)."""
