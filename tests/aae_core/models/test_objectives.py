import math

import numpy as np
import pytest
import torch
from scipy.stats import entropy, wasserstein_distance
from sklearn.metrics import pairwise_distances
from torch.distributions import Normal, kl_divergence

from aae_core.models import objectives


def test_squared_error_is_half_the_sum_over_pixels_of_each_image():
    x = torch.tensor([[[[0.0, 1.0]]], [[[1.0, 0.5]]]])  # two images of 1 × 1 × 2
    logits = torch.zeros(2, 1, 1, 2)  # x̂ = ½ everywhere
    assert objectives.squared_error(x, logits).tolist() == pytest.approx([0.5 * 2 * 0.25, 0.5 * 0.25])


def test_the_cost_is_not_a_mean_over_pixels():
    """The trap of public replications: a per-pixel mean is 392 times smaller on MNIST than the paper's cost."""
    x, logits = torch.rand(5, 1, 28, 28), torch.randn(5, 1, 28, 28)
    per_pixel = torch.nn.functional.mse_loss(logits.sigmoid(), x)
    assert objectives.squared_error(x, logits).mean().item() == pytest.approx(392 * per_pixel.item(), rel=1e-5)


def test_cross_entropy_is_the_formula_on_probabilities():
    x, logits = torch.rand(3, 2, 4, 4), torch.randn(3, 2, 4, 4)
    p = logits.double().sigmoid()
    formula = -(x * p.log() + (1 - x) * (1 - p).log()).sum((1, 2, 3))
    assert objectives.cross_entropy(x, logits).tolist() == pytest.approx(formula.tolist(), rel=1e-5)
    assert objectives.cross_entropy(x, 1e4 * logits).isfinite().all()


def test_the_learned_variance_is_the_likeliest_one_of_all_pixels():
    """Against torch's Normal: its negative log-density at that σ, and no other σ makes the mini-batch likelier."""
    x, logits = torch.rand(4, 2, 3, 5), torch.randn(4, 2, 3, 5)
    x_hat = logits.sigmoid()
    sigma = (x - x_hat).square().mean().sqrt()
    learned_variance = objectives.learned_variance(x, logits)
    torch.testing.assert_close(learned_variance, -Normal(x_hat, sigma).log_prob(x).sum((1, 2, 3)))
    for other_sigma in (0.8 * sigma, 0.99 * sigma, 1.01 * sigma, 1.2 * sigma):
        assert learned_variance.mean() < -Normal(x_hat, other_sigma).log_prob(x).sum((1, 2, 3)).mean()


def test_the_learned_variance_of_one_image_is_that_of_its_pixels():
    x, logits = torch.full((1, 1, 2, 2), 0.5), torch.tensor([[[[0.0, 0.0], [math.log(3), -math.log(3)]]]])
    sigma = math.sqrt(2 * 0.25**2 / 4)  # x̂ is 0.75 and 0.25 at two of the four pixels
    expected = -Normal(torch.sigmoid(logits), sigma).log_prob(x).sum((1, 2, 3))
    torch.testing.assert_close(objectives.learned_variance(x, logits), expected)


def test_a_learned_variance_has_the_gradient_of_the_log_squared_error():
    """At the likeliest σ² the cost is P/2 · (log 2πσ² + 1), whose gradient passes through σ² itself."""
    x, logits = torch.rand(6, 1, 4, 4), torch.randn(6, 1, 4, 4, requires_grad=True)
    log_error = 8 * (x - logits.sigmoid()).square().mean().log()
    (expected_gradient,) = torch.autograd.grad(log_error, logits)
    (result,) = torch.autograd.grad(objectives.learned_variance(x, logits).mean(), logits)
    torch.testing.assert_close(result, expected_gradient)


def test_a_perfect_copy_is_known_no_better_than_to_a_grey_value():
    """Its σ² is that of rounding to 256 grey values: uniform over an interval of 1/255."""
    x, logits = torch.zeros(2, 1, 2, 2), torch.full((2, 1, 2, 2), -200.0)
    rounding = np.random.default_rng(0).uniform(-0.5, 0.5, 10**6).std() / 255
    nats = 4 / 2 * math.log(2 * math.pi * rounding**2)
    assert objectives.learned_variance(x, logits).tolist() == pytest.approx([nats, nats], abs=0.01)


def test_classification_is_torchs_cross_entropy_of_labelled_images():
    logits, labels = torch.randn(6, 4), torch.tensor([0, 3, 1, 1, 2, 0])
    y = torch.nn.functional.one_hot(labels, 4).float()
    expected = torch.nn.functional.cross_entropy(logits, labels)
    torch.testing.assert_close(objectives.classification_loss(logits, y), expected)


def test_agreement_combines_equal_views_and_scipys_entropy():
    """Of views that are certain of a content with a probability of 0.9 each; they agree in two images of three."""
    first_y, second_y = (torch.tensor(np.where(np.eye(3)[value] > 0, 0.9, 0.05)) for value in ([0, 1, 2], [0, 1, 0]))
    equal_probability, unequal_probability = 0.9**2 + 2 * 0.05**2, 2 * 0.9 * 0.05 + 0.05**2
    expected = (2 * np.log(equal_probability) + np.log(unequal_probability)) / 3 + entropy(
        torch.cat([first_y, second_y]).mean(0)
    )
    assert objectives.content_agreement(first_y, second_y).item() == pytest.approx(expected, abs=2e-5)
    entropy_loss = 0.7 * entropy(torch.cat([first_y, second_y]).mean(0))
    assert objectives.content_agreement(first_y, second_y, 0.3).item() == pytest.approx(
        expected - entropy_loss, abs=2e-5
    )


def test_agreement_is_log_k_for_equal_views_and_0_for_one_content():
    all_contents = torch.eye(5).repeat(3, 1)
    assert objectives.content_agreement(all_contents, all_contents).item() == pytest.approx(np.log(5), abs=1e-4)
    first_content = torch.eye(5)[[0] * 15]
    assert objectives.content_agreement(first_content, first_content).item() == pytest.approx(0, abs=1e-4)
    second_content = torch.eye(5)[[1] * 15].requires_grad_()
    content_agreement = objectives.content_agreement(second_content, first_content)
    assert content_agreement.item() < -10
    content_agreement.backward()
    assert second_content.grad.isfinite().all()


def test_separation_is_what_each_pair_of_heads_lacks():
    """Three heads on a line at 0, 1 and 3, η = 2.5: the pairs lack 1.5, 0 (3 apart) and 0.5."""
    heads = torch.tensor([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    assert objectives.head_separation_loss(heads, 2.5).item() == pytest.approx(1.5 + 0.5, abs=1e-4)
    assert objectives.head_separation_loss(heads, 0.5).item() == 0
    equal_heads = torch.zeros(2, 2, requires_grad=True)
    objectives.head_separation_loss(equal_heads, 1.0).backward()
    assert equal_heads.grad.isfinite().all(), "heads at one place"


def test_adversarial_costs_are_the_papers_with_the_prior_as_real():
    real, fake = torch.tensor([2.0, -1.0]), torch.tensor([0.5, -3.0])
    d_real, d_fake = real.sigmoid(), fake.sigmoid()
    expected = -(d_real.log().mean() + (1 - d_fake).log().mean())
    assert objectives.discrimination_loss(real, fake).item() == pytest.approx(expected.item(), rel=1e-6)
    assert objectives.generation_loss(fake).item() == pytest.approx(-d_fake.log().mean().item(), rel=1e-6)
    confident = objectives.discrimination_loss(torch.tensor([9.0]), torch.tensor([-9.0]))
    assert confident < objectives.discrimination_loss(torch.tensor([-9.0]), torch.tensor([9.0]))


def test_equilibrium_losses_are_log_4_and_log_2():
    zero_logits = torch.zeros(7)
    assert objectives.discrimination_loss(zero_logits, zero_logits).item() == pytest.approx(math.log(4), rel=1e-6)
    assert objectives.generation_loss(zero_logits).item() == pytest.approx(math.log(2), rel=1e-6)


def test_the_penalty_of_a_quadratic_discriminator_is_known():
    """The logit a·‖z‖² has the gradient 2az; samples have ‖z‖² = 1 and 4, codes 9 and 16, and the derivative with respect
    to a is twice the penalty over a."""
    slope = torch.tensor(0.5, requires_grad=True)
    d_input = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0], [0.0, 4.0]], requires_grad=True)
    penalty = objectives.gradient_penalty(slope * d_input.square().sum(1), d_input)
    assert penalty.item() == pytest.approx((1 + 4) / 4 + (9 + 16) / 4)
    (derivative,) = torch.autograd.grad(penalty, slope)
    assert derivative.item() == pytest.approx(2 * 7.5 / 0.5)


@pytest.mark.parametrize("scale", [1.0, 5.0, 0.3])
def test_gaussian_kl_is_torchs_closed_form(scale):
    mu, log_variance = torch.randn(6, 3), torch.randn(6, 3)
    expected = kl_divergence(Normal(mu, (0.5 * log_variance).exp()), Normal(0.0, scale)).sum(1)
    torch.testing.assert_close(objectives.gaussian_kl(mu, log_variance, scale), expected)


def test_sampled_kl_has_the_closed_form_as_its_mean():
    mu, log_variance = torch.tensor([[0.7, -1.0]]).expand(200_000, 2), torch.tensor([[0.2, -0.8]]).expand(200_000, 2)
    z = mu + (0.5 * log_variance).exp() * torch.randn(mu.shape, generator=torch.Generator().manual_seed(0))
    actual = objectives.sampled_kl(mu, log_variance, z, lambda z: Normal(0.0, 1.0).log_prob(z).sum(1)).mean()
    assert actual.item() == pytest.approx(objectives.gaussian_kl(mu[:1], log_variance[:1], 1.0).item(), abs=0.01)


def two_samples(n, d, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(0.4, 1.3, (n, d)), rng.normal(size=(n, d))


@pytest.mark.parametrize("d", [1, 2, 10])
def test_mmd2_is_the_double_loop_over_pairs_of_different_points(d):
    """Tolstikhin et al.'s algorithm 2 as it is written, and with distances by scikit-learn."""
    (z, samples), n, spread = two_samples(12, d), 12, 2.0 * d
    kernel = lambda a, b: sum(  # noqa: E731
        scale * spread / (scale * spread + ((a - b) ** 2).sum()) for scale in (0.1, 0.2, 0.5, 1, 2, 5, 10)
    )
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    own_similarity = sum(kernel(item[i], item[j]) for item in (z, samples) for i, j in pairs) / (n * (n - 1))
    expected = own_similarity - 2 / n**2 * sum(kernel(a, b) for a in z for b in samples)
    output = objectives.mmd2(torch.tensor(z), torch.tensor(samples), spread).item()
    assert output == pytest.approx(expected, rel=1e-10)
    squared_distances = lambda a, b: pairwise_distances(a, b, "sqeuclidean")  # noqa: E731
    sums = [
        sum((s * spread / (s * spread + squared_distances(*sample_pair))).sum() for s in objectives.MMD_KERNEL_SCALES)
        for sample_pair in ((z, z), (samples, samples), (z, samples))
    ]
    assert output == pytest.approx((sums[0] + sums[1] - 14 * n) / (n * (n - 1)) - 2 * sums[2] / n**2, rel=1e-10)


def test_mmd2_is_unbiased():
    """Two samples of one distribution: 0 in the mean, and half of the values below."""
    values = [
        objectives.mmd2(*map(torch.tensor, np.random.default_rng(k).normal(size=(2, 40, 2))), 4.0).item()
        for k in range(400)
    ]
    assert abs(np.mean(values)) < 3 * np.std(values) / 20 and min(values) < 0 < max(values)


@pytest.mark.parametrize(("n", "d"), [(30, 1), (25, 2), (40, 10)])
def test_the_sliced_distance_is_the_mean_squared_distance_on_lines(n, d):
    """W₂² of each projection by the optimal assignment, and W₁ of the same by SciPy from the same sorted points."""
    z, samples = two_samples(n, d)
    directions = np.random.default_rng(1).normal(size=(7, d))
    lines = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    from scipy.optimize import linear_sum_assignment

    squares, firsts = [], []
    for line in lines:
        costs = np.subtract.outer(z @ line, samples @ line) ** 2
        squares.append(costs[linear_sum_assignment(costs)].mean())
        firsts.append(wasserstein_distance(z @ line, samples @ line))
    outcome = objectives.sliced_wasserstein(*map(torch.tensor, (z, samples, directions))).item()
    assert outcome == pytest.approx(np.mean(squares), rel=1e-10)
    assert outcome >= np.mean(firsts) ** 2  # W₂ ≥ W₁ on every line
    distance = objectives.sliced_wasserstein(*map(torch.tensor, (z + 5 * lines[0], z, directions[:1]))).item()
    assert distance == pytest.approx(25) and wasserstein_distance(
        (z + 5 * lines[0]) @ lines[0], z @ lines[0]
    ) ** 2 == pytest.approx(distance)


@pytest.mark.parametrize(
    "cost",
    [
        lambda z, s: objectives.mmd2(z, s, 4.0),
        lambda z, s: objectives.sliced_wasserstein(z, s, torch.eye(2, dtype=z.dtype)),
    ],
)
def test_the_gradients_of_the_distances_are_those_of_differences(cost):
    z, samples = (torch.tensor(two_sample[:6]) for two_sample in two_samples(6, 2))
    assert torch.autograd.gradcheck(lambda z: cost(z, samples), z.requires_grad_())
