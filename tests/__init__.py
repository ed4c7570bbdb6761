"""The tests, and what several of them stand on: `tests.publisher` and `tests.press`."""
