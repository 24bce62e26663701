"""Which linear formula predicts a decoder's instructions?"""

from itertools import combinations


def fit(rows):
    """Coefficients, none negative, of the least squares of relative errors.

    `rows` holds (features, instructions per frame). Relative, because small
    networks' errors count as much as large ones'. Returns the coefficients and
    the worst relative error in percent.
    """
    count = len(rows[0][0])
    scaled = [[x / y for x in features] for features, y in rows]
    best = None
    # So few coefficients that all sets of those that are not zero can be tried.
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            found = solve([[row[i] for i in chosen] for row in scaled])
            if found is None or min(found) < 0:
                continue
            full = [0.0] * count
            for index, value in zip(chosen, found):
                full[index] = value
            loss = sum((dot(full, row) - 1) ** 2 for row in scaled)
            if best is None or loss < best[0] - 1e-15:
                best = (loss, full)
    coefficients = best[1]
    worst = max(abs(dot(coefficients, row) - 1) for row in scaled)
    return coefficients, 100 * worst


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def solve(rows):
    """Least squares of rows * x = 1 by the normal equations; None if singular."""
    size = len(rows[0])
    matrix = [[sum(r[i] * r[j] for r in rows) for j in range(size)] + [sum(r[i] for r in rows)]
              for i in range(size)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(matrix[k][i]))
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        if abs(matrix[i][i]) < 1e-18:
            return None
        for k in range(size):
            if k != i:
                factor = matrix[k][i] / matrix[i][i]
                matrix[k] = [a - factor * b for a, b in zip(matrix[k], matrix[i])]
    return [matrix[i][size] / matrix[i][i] for i in range(size)]
