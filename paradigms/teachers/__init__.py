"""The same data under different teachers: the answer, right or wrong, or nothing at all."""
