"""How many clusters there are, where nobody says: what can be asked of held-out rows and what cannot."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Film, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import mixtures
from paradigms.course.spread import middle

KS = mixtures.KS


def of(e: Evidence, name: Any) -> Any: return e["clouds"][name]
def peak(e: Evidence, name: Any) -> Any: return np.array(KS)[of(e, name).argmax(1)].astype(float)
def found(e: Evidence) -> Any: return np.array(KS)[e["directions"]["likelihood"].argmax(1)].astype(float)
def lead(e: Evidence, name: Any) -> Any: return of(e, name)[:, 4] - of(e, name)[:, 9]


LESSON = Lesson(
    question="How many clusters are there, if nobody says?",
    about="300 rows are drawn from five clouds. k-means is fitted with K from 1 to 10, best of three starts. Its inertia falls with every further centre, on held-out rows too, so it cannot choose. Read as a mixture of round clouds it gives each row a density, and that can be too sure. The same is asked of PCA, read as a cloud that is flat in all but a few directions.",
    predict=(
        Predict("At which K is the inertia of held-out rows lowest?", lambda e: f"At {middle(np.array(KS)[of(e, 'new_inertia').argmin(1)]):.0f}, and ten is the most that was tried: more centres are nearer to everybody."),
        Predict("And their likelihood highest?", lambda e: f"At {middle(peak(e, 'new_likelihood')):.0f}."),
        Predict("PCA with one to ten components on rows in which five directions vary: at which number is what is left over of held-out rows lowest, and at which their likelihood highest?", lambda e: f"At {middle(np.array(KS)[e['directions']['left'].argmin(1)]):.0f}, always the most, since the spaces are nested; and at {middle(found(e)):.0f}."),
        Predict("Of one broad cloud, at which K is the likelihood of held-out rows highest?", lambda e: f"At {middle(peak(e, 'none_new_likelihood')):.0f}."),
    ),
    experiments=(Calculation("clouds", mixtures.choosing, 8, "300 rows of five clouds, 2,000 held out", "K; one cloud"), Calculation("directions", mixtures.directions, 8, "PCA, 100 rows of 15 features, five directions, 2,000 held out", "components")),
    charts=(
        lambda e: Chart("likelihood", f"Held-out likelihood is highest at {middle(peak(e, 'new_likelihood')):.0f} clusters; there are five", "clusters", "log-likelihood per row", [Line("held-out rows", KS, of(e, "new_likelihood")), Line("own rows", KS, of(e, "own_likelihood"))], marks={"as drawn": 5.0}),
        lambda e: Chart("inertia", f"The inertia of held-out rows is lowest at {middle(np.array(KS)[of(e, 'new_inertia').argmin(1)]):.0f} clusters, the most that were tried", "clusters", "inertia per row", [Line("held-out rows", KS, of(e, "new_inertia")), Line("own rows", KS, of(e, "own_inertia"))], marks={"as drawn": 5.0}, log="y"),
        lambda e: Chart("directions", f"The same of PCA: held-out likelihood is highest at {middle(found(e)):.0f} components", "components", "log-likelihood per row", [Line("held-out rows", KS, e["directions"]["likelihood"])], marks={"as drawn": 5.0}),
    ),
    claims=(
        Claim("Of five clouds held-out likelihood is highest at {value} clusters, of one broad cloud at {control}.", "Held-out likelihood is highest at {value} clusters.", lambda e: peak(e, "new_likelihood"), within(4.5, 6.0), theory="5 clouds were drawn", control=lambda e: peak(e, "none_new_likelihood")),
        Claim("Twice as many clusters as there are lose {value} of log-likelihood per held-out row, and {control} per own row.", "Twice as many lose {value} per held-out row.", lambda e: lead(e, "new_likelihood"), above(0.003), control=lambda e: lead(e, "own_likelihood")),
        Claim("From four to five clusters the log-likelihood of a held-out row gains {value}.", "From four to five clusters it gains {value}.", lambda e: of(e, "new_likelihood")[:, 4] - of(e, "new_likelihood")[:, 3], above(0.1)),
        Claim("One broad cloud is told apart from many: held-out likelihood is highest at {value}.", "Of one broad cloud held-out likelihood is highest at {value} clusters.", lambda e: peak(e, "none_new_likelihood"), below(1.5), theory=1),
        Claim("Inertia cannot choose: on held-out rows too it is lowest at {value} clusters, and ten were the most tried.", "Held-out inertia is lowest at {value} clusters.", lambda e: np.array(KS)[of(e, "new_inertia").argmin(1)].astype(float), above(9), naive=True),
        Claim("Asked of PCA, held-out likelihood is highest at {value} components.", "Asked of PCA, held-out likelihood is highest at {value} components.", found, within(4.5, 6.0), theory="5 directions were drawn"),
        Claim("What PCA leaves over of held-out rows cannot choose either: it is least at {value} components, and ten were the most tried.", "What PCA leaves over of held-out rows is least at {value} components.", lambda e: np.array(KS)[e["directions"]["left"].argmin(1)].astype(float), above(9), theory="10: a theorem, since the spaces are nested", naive=True),
    ),
    further=("paradigms sweep kmeans --vary clusters=2,5,10,20,40", "Move the clouds together until five cannot be told from one."),
    seconds=10,
    film=Film("mixture", {f"{k} clouds": {"clusters": k} for k in (2, 4, 8)}, {"dataset": "blobs"}),
)
