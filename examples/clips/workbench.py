#!/usr/bin/env python3
"""Prints a workbench with a vase and a ring on it, in metres, as an OBJ file: an obstacle.

    examples/clips/workbench.py > workbench.obj

Flat plates and sharp edges, a round body and a hole: what a robot's arm is to
keep clear of. Five closed solids, which stand on each other with gaps of a millimetre.
"""

from math import cos, pi, sin


def box(low, high):
    """Corners and faces of a box, counter-clockwise from outside."""
    corners = [tuple((high if c >> d & 1 else low)[d] for d in range(3)) for c in range(8)]
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    return corners, quads


def turned(profile, centre, steps=48):
    """A closed profile, radius and height from the lowest point to the highest on the axis,
    turned about an upright axis."""
    x, y = centre
    corners = [(x, y, profile[0][1])]
    for radius, z in profile[1:-1]:
        corners += [(x + radius * cos(2 * pi * i / steps), y + radius * sin(2 * pi * i / steps), z)
                    for i in range(steps)]
    corners.append((x, y, profile[-1][1]))
    rows, faces = len(profile) - 2, []
    for i in range(steps):
        j = (i + 1) % steps
        faces.append((0, 1 + j, 1 + i))
        for r in range(rows - 1):
            at = 1 + r * steps
            faces.append((at + i, at + j, at + steps + j, at + steps + i))
        top = 1 + (rows - 1) * steps
        faces.append((len(corners) - 1, top + i, top + j))
    return corners, faces


def ring(centre, radius, thick, steps=(64, 24)):
    """A torus that lies flat."""
    (x, y, z), (many, few) = centre, steps
    corners, faces = [], []
    for i in range(many):
        a = 2 * pi * i / many
        for k in range(few):
            b = 2 * pi * k / few
            r = radius + thick * cos(b)
            corners.append((x + r * cos(a), y + r * sin(a), z + thick * sin(b)))
            n, m = (i + 1) % many, (k + 1) % few
            faces.append((i * few + k, n * few + k, n * few + m, i * few + m))
    return corners, faces


def main():
    vase = [(0, .801), (.09, .801), (.12, .85), (.14, .93), (.12, 1.01), (.06, 1.08), (.05, 1.15),
            (.08, 1.2), (0, 1.2)]
    solids = [box((0, 0, .75), (1.6, .8, .8)), turned(vase, (.4, .4)),
              ring((1.1, .4, .861), .2, .06)]
    for x in (.05, 1.47):
        # What it stands on.
        solids.append(box((x, .05, 0), (x + .08, .75, .749)))
    first = 1
    for corners, faces in solids:
        print("\n".join("v %.6f %.6f %.6f" % c for c in corners))
        print("\n".join("f " + " ".join(str(first + c) for c in face) for face in faces))
        first += len(corners)


if __name__ == "__main__":
    main()
