"""The work of the benchmarks: the same thing done by this project and by others, side by side in a file."""
