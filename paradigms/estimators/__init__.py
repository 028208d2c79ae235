"""The learners in the manner that scikit-learn's and Gymnasium's users know: `fit`, `predict`, `learn`."""
