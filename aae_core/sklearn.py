"""Estimators for tables with scikit-learn's conventions: a transformer, a semi-supervised classifier, an outlier
detector.

    from aae_core.sklearn import AdversarialAutoencoder

    codes = AdversarialAutoencoder(n_components=2, random_state=0).fit_transform(X)

They train in memory with the package's own models and training loop, and write nothing until `save` or `to_revision` is called. X
is a matrix N×F of finite numbers, whose columns may be constant or equal, or a frame whose columns hold such numbers or the texts
of categories. Further frames are matched by the names of their columns, in any order and beside others. Invalid input and
parameters raise a `ValueError` of one sentence, or scikit-learn's own errors. After training, rows are processed on the CPU in
float64, so that the result for a row does not depend on the other rows; results are float32 where what was given is, and
otherwise float64, as those of scikit-learn's PCA are. An example and measurements: docs/use/estimators.md.

Parameters of all three:

    n_components        dimensions of the code z
    prior               distribution imposed on the codes: a name, or {"name": "mixture", "components": 3}
    loss                cost of a reconstruction: "squared-error", "cross-entropy" (values in 0..1), "poisson" or "multinomial"
                        (counts), "by-type", each feature by its type, or one of a plug-in that is like one of these
    feature_types       "real", "count", "binary" or, in a frame, "category": for all columns, for each, or by their names, as in
                        {"town": "category"}; None: "category" for texts and for the frame's own categories, else the type that
                        suits the loss
    standardize         whether squared error measures each feature in its own standard deviation, or all in a common one
    hidden_layer_sizes  widths of the encoder's hidden layers, mirrored by the decoder, and of the discriminator's
    max_epochs          passes over the rows, at most; None: enough for 2,000 steps, of the transformer 1,000, and at least 20
    tol                 share of its fall so far by which the training error must fall within 100 steps, or within a pass if that
                        is longer; if it falls by less twice in a row, the training ends early, after slower steps (a third of
                        those until then). None, or a length or schedule in `settings`: it never ends early
    batch_size          rows in a mini-batch
    learning_rate       of Adam in the reconstruction phase; half of it is that of the discriminator, and of the outlier
                        detector a quarter that of the encoder against the discriminator (in the classifier, all are the
                        same; the encoder of the transformer descends one cost)
    settings            any other setting of `aae_core.configure` by its dotted key, such as {"input_noise": 0.1}, which with
                        squared error is half a standard deviation by default (in the classifier, a whole one)
    device              where it is trained: "cpu", "cuda", "mps" or "auto"
    random_state        int, RandomState, or None for NumPy's global one, from which a fit draws one number

A fitted estimator has `model_`, the networks in float64, and `history_`, a list of dictionaries with step, epoch,
seconds and losses by phase, one for every ten steps, which is empty after `load`.
"""

from aae_core.estimators.classifier import SemiSupervisedAAE
from aae_core.estimators.outlier_detector import ReconstructionOutlierDetector
from aae_core.estimators.transformer import AdversarialAutoencoder

__all__ = ["AdversarialAutoencoder", "ReconstructionOutlierDetector", "SemiSupervisedAAE"]
