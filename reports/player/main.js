// Everything on the page that moves. Without this script nothing is missing but motion.

import { addCopyButtons } from "./copy.js";
import { followSections } from "./navigation.js";
import { startPlayer } from "./player.js";

addCopyButtons();
followSections();
startPlayer();
