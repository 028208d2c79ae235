"""How anything is drawn: the theme, strokes, plates, the stage, the named plane."""
