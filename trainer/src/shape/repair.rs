//! Which side of each part of a mesh is its outside?
//!
//! Programs and hands leave surfaces twice, inside out, or with some triangles
//! turned. What is certain is mended: triangles that share an edge agree; a
//! closed part faces outward, unless it is a hollow of another. Open parts that
//! lie beside each other are pieces of one skin and are judged together.

use super::{
    Field, Mesh,
    vector::{self, Vec3, add_scaled, area_normal, dot, sub},
};
use std::collections::{BTreeMap, HashMap};

/// Larger parts that one is looked for in, at most.
const CONTAINERS: usize = 1000;
/// Open pieces whose neighbours are told apart; more are all one skin.
const PIECES: usize = 10_000;

/// A triangle's side: the edge's lower vertex first.
struct Side {
    edge: (u32, u32),
    triangle: u32,
    /// Which of its three.
    side: u8,
    /// Whether it goes from the lower vertex to the higher.
    along: bool,
}

/// Triangles that are turned together.
struct Part {
    triangles: Vec<u32>,
    closed: bool,
    low: Vec3,
    high: Vec3,
    volume: f64,
}

impl Mesh {
    /// Leaves out triangles that lie on others and turns those that face
    /// inward; says what was done. Vertices are joined already.
    pub(super) fn repair(&mut self) -> Vec<String> {
        let before = self.triangles.len();
        self.drop_doubles();
        let dropped = before - self.triangles.len();
        let turned = self.outward();
        let mut notes = Vec::new();
        if dropped > 0 {
            notes.push(format!("{dropped} of the triangles lay on others and were left out"));
        }
        if turned > 0 {
            notes.push(format!(
                "{turned} of the triangles faced inward or unlike their neighbours and were turned"
            ));
        }
        notes
    }

    /// Of triangles with the same corners one stays; none where the skin goes
    /// on without them: they were a wall between two bodies.
    fn drop_doubles(&mut self) {
        let mut places: HashMap<[u32; 3], usize> = HashMap::with_capacity(self.triangles.len());
        let mut triangles: Vec<[u32; 3]> = Vec::with_capacity(self.triangles.len());
        let mut doubled = Vec::with_capacity(self.triangles.len());
        for &triangle in &self.triangles {
            let mut corners = triangle;
            corners.sort_unstable();
            let place = *places.entry(corners).or_insert(triangles.len());
            if place < triangles.len() {
                doubled[place] = true;
            } else {
                triangles.push(triangle);
                doubled.push(false);
            }
        }
        if triangles.len() == self.triangles.len() {
            return;
        }
        self.triangles = triangles;
        let mut patches = Groups::new(doubled.len());
        let mut rims = Vec::new();
        let sides = self.sides();
        for around in sides.chunk_by(|a, b| a.edge == b.edge) {
            let (twice, once): (Vec<usize>, Vec<usize>) =
                around.iter().map(|s| s.triangle as usize).partition(|&t| doubled[t]);
            if once.len() >= 2 {
                rims.extend(twice);
            } else {
                twice.windows(2).for_each(|pair| patches.join(pair[0], pair[1]));
            }
        }
        let mut wall = vec![false; doubled.len()];
        rims.into_iter().for_each(|t| wall[patches.of(t)] = true);
        let mut t = 0..doubled.len();
        self.triangles.retain(|_| t.next().is_none_or(|t| !(doubled[t] && wall[patches.of(t)])));
    }

    /// All sides, those of one edge beside each other.
    fn sides(&self) -> Vec<Side> {
        let of = |(t, corners): (usize, &[u32; 3])| {
            [0, 1, 2].map(|side| {
                let (a, b) = (corners[side], corners[(side + 1) % 3]);
                let edge = (a.min(b), a.max(b));
                Side { edge, triangle: t as u32, side: side as u8, along: a < b }
            })
        };
        let mut sides: Vec<Side> = self.triangles.iter().enumerate().flat_map(of).collect();
        sides.sort_unstable_by_key(|side| (side.edge, side.triangle));
        sides
    }

    /// Turns what faces inward; says how many triangles.
    fn outward(&mut self) -> usize {
        let sides = self.sides();
        let (mut turn, component) = self.agreeing(&sides);
        let parts = self.parts(&sides, &turn, &component);
        for (part, inward) in parts.iter().zip(self.inward(&parts, &turn)) {
            part.triangles.iter().for_each(|&t| turn[t as usize] ^= inward);
        }
        let turned = self.triangles.iter_mut().zip(&turn).filter(|(_, turn)| **turn);
        turned.map(|(triangle, _)| triangle.swap(1, 2)).count()
    }

    /// Which triangles to turn so that neighbours agree, as few as that takes,
    /// and which are connected by edges of two triangles.
    fn agreeing(&self, sides: &[Side]) -> (Vec<bool>, Vec<usize>) {
        const NONE: usize = usize::MAX;
        let count = self.triangles.len();
        // Who lies beyond each side, and whether that one is turned the other way.
        let mut beyond = vec![[(NONE, false); 3]; count];
        for around in sides.chunk_by(|a, b| a.edge == b.edge) {
            if let [a, b] = around {
                for (from, to) in [(a, b), (b, a)] {
                    let unlike = a.along == b.along;
                    beyond[from.triangle as usize][usize::from(from.side)] =
                        (to.triangle as usize, unlike);
                }
            }
        }
        let (mut turn, mut component) = (vec![false; count], vec![NONE; count]);
        let mut components = 0;
        for start in 0..count {
            if component[start] != NONE {
                continue;
            }
            component[start] = components;
            let (mut connected, mut two_sided) = (vec![start], true);
            let mut next = 0;
            while let Some(&t) = connected.get(next) {
                next += 1;
                for (other, unlike) in beyond[t].into_iter().filter(|(other, _)| *other != NONE) {
                    if component[other] == NONE {
                        component[other] = components;
                        turn[other] = turn[t] ^ unlike;
                        connected.push(other);
                    }
                    two_sided &= turn[other] == turn[t] ^ unlike;
                }
            }
            let turned = connected.iter().filter(|&&t| turn[t]).count();
            let most = 2 * turned > connected.len();
            // A strip of one side has no outside.
            connected.iter().for_each(|&t| turn[t] = two_sided && turn[t] != most);
            components += 1;
        }
        (turn, component)
    }

    /// Closed components, and the open ones that lie beside each other.
    fn parts(&self, sides: &[Side], turn: &[bool], component: &[usize]) -> Vec<Part> {
        let count = component.iter().max().map_or(0, |last| last + 1);
        let mut closed = vec![true; count];
        let mut ways = Vec::new();
        for around in sides.chunk_by(|a, b| a.edge == b.edge) {
            ways.clear();
            ways.extend(around.iter().map(|side| {
                let t = side.triangle as usize;
                (component[t], if side.along == turn[t] { -1 } else { 1 })
            }));
            ways.sort_unstable();
            for of_one in ways.chunk_by(|a, b| a.0 == b.0) {
                closed[of_one[0].0] &= of_one.iter().map(|(_, way)| way).sum::<i32>() == 0;
            }
        }
        // Around no place yet, which is what no number is to a bound.
        let mut boxes = vec![([f64::NAN; 3], [f64::NAN; 3]); count];
        for (t, &c) in component.iter().enumerate() {
            let (low, high) = boxes[c];
            boxes[c] = vector::bounds(self.corners(t).into_iter().chain([low, high]));
        }
        let mut groups = Groups::new(count);
        // One after the other along x, each with those that begin before it ends.
        let mut open: Vec<usize> = (0..count).filter(|c| !closed[*c]).collect();
        open.sort_unstable_by(|&a, &b| boxes[a].0[0].total_cmp(&boxes[b].0[0]));
        if open.len() > PIECES {
            open.windows(2).for_each(|pair| groups.join(pair[0], pair[1]));
            open.clear();
        }
        for (i, &a) in open.iter().enumerate() {
            let reach = open[i + 1..].iter().take_while(|&&b| boxes[b].0[0] <= boxes[a].1[0]);
            reach.filter(|&&b| overlap(boxes[a], boxes[b])).for_each(|&b| groups.join(a, b));
        }
        let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
        for (t, &c) in component.iter().enumerate() {
            let whole = groups.of(c);
            let (low, high) = boxes[c];
            let part = parts.entry(whole).or_insert_with(|| Part {
                triangles: Vec::new(),
                closed: closed[c],
                low,
                high,
                volume: 0.0,
            });
            part.triangles.push(t as u32);
            (part.low, part.high) = vector::bounds([part.low, part.high, low, high]);
        }
        let mut parts: Vec<Part> = parts.into_values().collect();
        for part in &mut parts {
            let middle = add_scaled(part.low, sub(part.high, part.low), 0.5);
            let sixth = |&t: &u32| {
                let [a, b, c] = self.turned(t, turn).map(|v| sub(v, middle));
                dot(a, area_normal([[0.0; 3], b, c])) / 6.0
            };
            part.volume = part.triangles.iter().map(sixth).sum();
        }
        parts.sort_by(|a, b| b.volume.abs().total_cmp(&a.volume.abs()));
        parts
    }

    /// Which parts face inward, of parts by their size.
    fn inward(&self, parts: &[Part], turn: &[bool]) -> Vec<bool> {
        let mut inward: Vec<bool> = parts.iter().map(|part| part.volume < 0.0).collect();
        if !inward.contains(&true) {
            return inward;
        }
        let mut fields: Vec<Option<Field>> = parts.iter().map(|_| None).collect();
        for (i, part) in parts.iter().enumerate() {
            let around = (0..i.min(CONTAINERS)).find(|&c| {
                if !parts[c].closed || !within((part.low, part.high), (parts[c].low, parts[c].high))
                {
                    return false;
                }
                let field = fields[c].get_or_insert_with(|| self.field(&parts[c], turn));
                let last = part.triangles.len() - 1;
                let inside = [0, last / 2, last].into_iter().filter(|&i| {
                    let corners = self.turned(part.triangles[i], turn);
                    let middle =
                        corners.into_iter().fold([0.0; 3], |m, v| add_scaled(m, v, 1.0 / 3.0));
                    field.winding(middle).abs() > 0.5
                });
                inside.count() >= 2
            });
            // In another it is a hollow, or a body in one; they turn together.
            if let Some(around) = around {
                inward[i] = inward[around];
            }
        }
        inward
    }

    fn field(&self, part: &Part, turn: &[bool]) -> Field {
        let vertices = part.triangles.iter().flat_map(|&t| self.turned(t, turn)).collect();
        let triangles = (0..part.triangles.len() as u32).map(|t| [3 * t, 3 * t + 1, 3 * t + 2]);
        Field::new(&Self { vertices, triangles: triangles.collect() })
    }

    fn turned(&self, triangle: u32, turn: &[bool]) -> [Vec3; 3] {
        let [a, b, c] = self.corners(triangle as usize);
        if turn[triangle as usize] { [a, c, b] } else { [a, b, c] }
    }
}

type Bounds = (Vec3, Vec3);

fn overlap(a: Bounds, b: Bounds) -> bool {
    (0..3).all(|d| a.0[d] <= b.1[d] && b.0[d] <= a.1[d])
}

fn within(inner: Bounds, outer: Bounds) -> bool {
    (0..3).all(|d| outer.0[d] <= inner.0[d] && inner.1[d] <= outer.1[d])
}

/// Things that are joined to groups.
pub(super) struct Groups(Vec<usize>);

impl Groups {
    pub fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// The group's first.
    pub fn of(&mut self, thing: usize) -> usize {
        let mut at = thing;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }
}
