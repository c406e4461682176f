"""The words of the board, a file for each thing it speaks of."""
