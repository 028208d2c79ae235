// Everything on the page that moves. Without this script nothing is missing but motion.

import { addCopyButtons } from "./copy.js";
import { enlargeFigures } from "./figures.js";
import { foldAll } from "./folds.js";
import { followSections } from "./navigation.js";
import { startPlayer } from "./player.js";
import { openTerms } from "./terms.js";

openTerms();
foldAll();
addCopyButtons();
enlargeFigures();
followSections();
startPlayer();
