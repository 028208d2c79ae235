"""What lessons compute where no sweep asks it: landscapes, tables of values, spectra. Each file is one
idea.
"""
