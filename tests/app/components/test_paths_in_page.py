"""The page's paths against Python's own, numpy, SciPy and scikit-learn: the same arrays through node."""

import numpy as np
import pytest
from helpers.page_modules import run_in_page
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import geometric_slerp
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 8


@pytest.mark.parametrize("dim", [1, 2, 16])
def test_a_path_between_two_codes_goes_straight_or_turns_as_scipys_does(dim):
    a, b = np.random.default_rng(dim).normal(size=(2, dim))
    straight_path = run_in_page("paths/path_legs.ts", "return m.sampleLegs([m.straightLeg(a, b)], 11)", a=a, b=b)
    np.testing.assert_allclose(np.reshape(straight_path, (11, dim)), np.linspace(a, b, 11), rtol=1e-5, atol=1e-6)
    turned_path = run_in_page("paths/path_legs.ts", "return m.sampleLegs([m.sphericalLeg(a, b)], 11)", a=a, b=b)
    if dim == 1:
        assert turned_path == straight_path
        return
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    directions = geometric_slerp(a / lengths[0], b / lengths[1], np.linspace(0, 1, 11))
    expected = directions * np.linspace(*lengths, 11)[:, None]
    np.testing.assert_allclose(np.reshape(turned_path, (11, dim)), expected, rtol=1e-5, atol=1e-6)


def test_a_path_that_turns_keeps_an_even_length_and_its_ends():
    path = np.reshape(
        run_in_page("paths/path_legs.ts", "return m.sampleLegs([m.sphericalLeg(a, b)], 5)", a=(2, 0, 0), b=(0, 4, 0)),
        (5, 3),
    )
    assert np.linalg.norm(path, axis=1) == pytest.approx([2, 2.5, 3, 3.5, 4])
    angles = np.degrees(np.arctan2(path[:, 1], path[:, 0]))
    assert angles == pytest.approx([0, 22.5, 45, 67.5, 90], abs=1e-4)
    assert path[0].tolist() == [2, 0, 0] and path[-1].tolist() == [0, 4, 0]


@pytest.mark.parametrize("a, b", [((0, 0, 0), (1, 2, 3)), ((1, 2, 3), (-2, -4, -6)), ((1, 2, 3), (2, 4, 6))])
def test_where_no_turn_is_defined_the_path_is_straight(a, b):
    path = run_in_page("paths/path_legs.ts", "return m.sampleLegs([m.sphericalLeg(a, b)], 7)", a=a, b=b)
    np.testing.assert_allclose(np.reshape(path, (7, 3)), np.linspace(a, b, 7), atol=1e-6)


def network(points):
    """Costs between neighbouring points, n×n: eight nearest of each, and the shortest tree over all."""
    squares = cdist(points, points, "sqeuclidean")
    neighbours = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(points).kneighbors_graph().toarray() > 0
    tree = minimum_spanning_tree(csr_array(squares)).toarray() > 0
    return np.where(neighbours | neighbours.T | tree | tree.T, squares, 0)


@pytest.fixture(scope="module")
def groups():
    """Three groups of codes far apart, so that only the tree joins them; numbers that float32 holds exactly."""
    random = np.random.default_rng(0)
    middles = np.array([[0, 0, 0], [9, 0, 0], [0, 12, 0]])
    return np.concatenate([random.normal(size=(60, 3)) + m for m in middles]).astype(np.float32).astype(np.float64)


def test_codes_are_linked_as_scikit_learn_and_scipy_link_them(groups):
    links = run_in_page(
        "paths/code_graph.ts", "return new m.CodeGraph(Float32Array.from(z.flat()), z[0].length).neighbours", z=groups
    )
    link_matrix = np.zeros((len(groups), len(groups)), bool)
    for k, neighbours in enumerate(links):
        link_matrix[k, neighbours] = True
    np.testing.assert_array_equal(link_matrix, network(groups) > 0)


@pytest.mark.parametrize("start, end", [(3, 50), (5, 100), (100, 170)])
def test_the_way_costs_what_scipys_costs(groups, start, end):
    """From one code to another, whose ends' links are those of the codes: no other way is cheaper."""
    path = run_in_page(
        "paths/code_graph.ts", "return new m.CodeGraph(Float32Array.from(z.flat()), z[0].length).cheapestPath(a, b)",
        z=groups, a=groups[start], b=groups[end],
    )  # fmt: skip
    cost = np.square(np.diff(path, axis=0)).sum()
    expected_cost = dijkstra(csr_array(network(groups)), directed=False, indices=start)[end]
    direct_cost = np.square(groups[start] - groups[end]).sum()
    assert cost == pytest.approx(min(expected_cost, direct_cost), rel=1e-9)
    assert expected_cost < direct_cost  # else the codes between would not be tested


def test_nearness_is_the_median_reach_over_ones_own(groups):
    places = np.array([[0.0, 0, 0], [5, 5, 0], [30, 0, 0]])
    nearness = run_in_page(
        "paths/nearness.ts",
        "const n = new m.Nearness(Float32Array.from(z.flat()), 3, null); return places.map((p) => n.nearnessAt(p));",
        z=groups, places=places,
    )  # fmt: skip
    search = NearestNeighbors(n_neighbors=5).fit(groups)
    median_reach = np.sort(search.kneighbors()[0][:, -1])[len(groups) // 2]
    expected = np.minimum(1, median_reach / search.kneighbors(places)[0][:, -1])
    np.testing.assert_allclose(nearness, expected, rtol=1e-9)
    assert expected[0] == 1 and expected[2] < 0.1
