"""Streets of towns and lanes of villages: which short mesh edges carry one, and its name."""

from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree

from app.demo.prefecture.plane import Ints
from app.demo.prefecture.roads import Grade, Road, RoadNet
from app.demo.prefecture.townplan import Grid

_ARTERIAL_EVERY: Final = 4
_MISSING: Final = 0.08
_ONEWAY: Final = 0.35
_LOOPS: Final = 0.22

_FIRST: Final = (
    ("中山", "Zhongshan"), ("人民", "Renmin"), ("解放", "Jiefang"), ("文化", "Wenhua"), ("建设", "Jianshe"),
    ("新兴", "Xinxing"), ("西江", "Xijiang"), ("桂林", "Guilin"), ("龙山", "Longshan"), ("大学", "Daxue"),
    ("滨江", "Binjiang"), ("富民", "Fumin"), ("红岭", "Hongling"), ("银湖", "Yinhu"), ("三龙", "Sanlong"),
    ("新湖", "Xinhu"), ("鸳江", "Yuanjiang"), ("玉湖", "Yuhu"), ("舜帝", "Shundi"), ("白云", "Baiyun"),
    ("河西", "Hexi"), ("东正", "Dongzheng"), ("南环", "Nanhuan"), ("北环", "Beihuan"), ("工业", "Gongye"),
    ("迎宾", "Yingbin"), ("湖滨", "Hubin"), ("和平", "Heping"), ("友谊", "Youyi"), ("学院", "Xueyuan"),
)  # fmt: skip
_LAST: Final = {
    Grade.SECONDARY: ("大道", "Avenue", 60),
    Grade.TERTIARY: ("路", "Road", 50),
    Grade.RESIDENTIAL: ("街", "Street", 30),
}
_LANES: Final = "一二三四五六七八九"


def lay_streets(net: RoadNet, grids: list[Grid], rng: np.random.Generator) -> None:
    """Every grid's crossing streets: each fourth one a main street, some narrow ones one-way."""
    mesh = net.mesh
    a, b = mesh.edges.T
    step = np.abs(mesh.cell[b] - mesh.cell[a])
    lattice = (mesh.grid[a] == mesh.grid[b]) & (mesh.grid[a] >= 0) & (step.sum(axis=1) == 1) & ~mesh.wet
    numbers = np.flatnonzero(lattice)
    across = step[numbers, 0] == 0  # the street runs along a column
    line = np.where(across, mesh.cell[a[numbers], 0], mesh.cell[a[numbers], 1])
    grid_of = mesh.grid[a[numbers]]
    for index, grid in enumerate(grids):
        offset = int(rng.integers(len(_FIRST)))
        for crosswise in (False, True):
            mine = (grid_of == index) & (across == crosswise)
            for number in np.unique(line[mine]).tolist():
                street = numbers[mine & (line == number)]
                _lay_street(net, grid, street, number, crosswise, offset, rng)


def _lay_street(
    net: RoadNet, grid: Grid, edges: Ints, line: int, crosswise: bool, offset: int, rng: np.random.Generator
) -> None:
    main = line % _ARTERIAL_EVERY == 0
    grade = Grade.RESIDENTIAL
    if main:
        grade = Grade.SECONDARY if line == 0 and grid.urban else Grade.TERTIARY
    oneway = grid.urban and not main and line % 2 == 1 and rng.random() < _ONEWAY
    if not main:
        edges = edges[rng.random(len(edges)) > _MISSING]
    net.lay(edges, net.add_road(_named(grade, line, crosswise, offset)))
    if oneway:
        way = 1 if line % _ARTERIAL_EVERY == 1 else -1
        a, b = net.mesh.edges[edges].T
        axis = 1 if crosswise else 0
        rising = np.sign(net.mesh.cell[b, axis] - net.mesh.cell[a, axis])
        mine = net.grade_of[edges] == grade
        net.direction[edges[mine]] = (rising * way)[mine]


def _named(grade: Grade, line: int, crosswise: bool, offset: int) -> Road:
    """A name that is unique in its grid: side streets count up from the main street before them."""
    base, extra = divmod(line, _ARTERIAL_EVERY)
    zh, en = _FIRST[(offset + 2 * base + int(crosswise)) % len(_FIRST)]
    last_zh, last_en, kmh = _LAST[grade]
    if extra:
        return Road(grade, f"{zh}{_LANES[extra - 1]}{last_zh}", f"{en} {last_en} {extra}", kmh=kmh)
    return Road(grade, zh + last_zh, f"{en} {last_en}", kmh=kmh)


def lay_lanes(
    net: RoadNet, clusters: Ints, lane_of: dict[int, int], loops: bool, rng: np.random.Generator
) -> None:
    """Join the points of each cluster by its shortest tree of lanes, and by some loops where wished.

    `lane_of` gives the road number for each cluster in `clusters`.
    """
    mesh = net.mesh
    a, b = mesh.edges.T
    wanted = np.zeros(int(mesh.cluster.max(initial=-1)) + 2, dtype=bool)
    wanted[clusters] = True
    inner = np.flatnonzero((mesh.cluster[a] == mesh.cluster[b]) & wanted[mesh.cluster[a]] & ~mesh.wet)
    n = len(mesh.points)
    lengths = csr_array((mesh.length_m[inner], (a[inner], b[inner])), shape=(n, n))
    tree = minimum_spanning_tree(lengths).tocoo()
    edges = mesh.edges_between(tree.row.astype(np.int64), tree.col.astype(np.int64))
    if loops:
        edges = np.union1d(edges, inner[rng.random(len(inner)) < _LOOPS])
    order = np.argsort(mesh.cluster[a[edges]], kind="stable")
    for group in np.split(edges[order], np.flatnonzero(np.diff(mesh.cluster[a[edges[order]]])) + 1):
        if len(group):
            net.lay(group, lane_of[int(mesh.cluster[a[group[0]]])])
