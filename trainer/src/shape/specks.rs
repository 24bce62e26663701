//! Which parts of a mesh are too small to be meant?

use super::{Mesh, repair::Groups, vector};

impl Mesh {
    /// Leaves out the parts that are smaller than `size` along every axis; says how many.
    /// Two triangles are of one part if they have a vertex in common.
    pub(super) fn drop_specks(&mut self, size: f64) -> usize {
        let mut groups = Groups::new(self.vertices.len());
        for &[a, b, c] in &self.triangles {
            groups.join(a as usize, b as usize);
            groups.join(b as usize, c as usize);
        }
        let parts: Vec<usize> = (0..self.vertices.len()).map(|i| groups.of(i)).collect();
        let mut boxes = vec![([f64::NAN; 3], [f64::NAN; 3]); parts.len()];
        for (&vertex, &part) in self.vertices.iter().zip(&parts) {
            let (low, high) = boxes[part];
            boxes[part] = vector::bounds([low, high, vertex]);
        }
        let small =
            |part: usize| vector::sub(boxes[part].1, boxes[part].0).iter().all(|&x| x < size);
        let specks = parts.iter().enumerate().filter(|&(i, &part)| i == part && small(part));
        let count = specks.count();
        if count > 0 {
            self.keep(|vertex| !small(parts[vertex]));
        }
        count
    }

    /// Leaves out vertices, and the triangles that have one of them.
    fn keep(&mut self, keep: impl Fn(usize) -> bool) {
        let mut kept = 0;
        let places: Vec<Option<u32>> = (0..self.vertices.len())
            .map(|i| {
                keep(i).then(|| {
                    kept += 1;
                    kept - 1
                })
            })
            .collect();
        let mut place = places.iter();
        self.vertices.retain(|_| place.next().is_some_and(Option::is_some));
        let moved = |corners: [u32; 3]| {
            let [a, b, c] = corners.map(|i| places[i as usize]);
            Some([a?, b?, c?])
        };
        self.triangles = self.triangles.drain(..).filter_map(moved).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::super::mesh::examples::cube;
    use super::*;

    #[test]
    fn what_is_small_along_every_axis_goes_and_nothing_else() {
        let mut all = cube();
        // A speck first, a needle last.
        let placed = |mesh: Mesh, sides: [f64; 3], at: f64| {
            let vertices = mesh.vertices.into_iter();
            let vertices = vertices.map(|v| [0, 1, 2].map(|d| v[d] * sides[d] / 2.0 + at));
            Mesh { vertices: vertices.collect(), triangles: mesh.triangles }
        };
        for (sides, at) in [([0.09; 3], 5.0), ([0.09, 0.01, 0.2], 7.0)] {
            let more = placed(cube(), sides, at);
            let first = all.vertices.len() as u32;
            all.vertices.extend(more.vertices);
            all.triangles.extend(more.triangles.into_iter().map(|t| t.map(|i| i + first)));
        }
        all.vertices.rotate_left(8);
        let turned = |i: u32| if i < 8 { i + 16 } else { i - 8 };
        all.triangles.iter_mut().for_each(|t| *t = t.map(turned));
        assert_eq!(all.drop_specks(0.1), 1);
        assert_eq!((all.vertices.len(), all.triangles.len(), all.open_edges()), (16, 24, 0));
        assert!((all.volume() - 8.0 - 0.09 * 0.01 * 0.2).abs() < 1e-9);
        assert_eq!(all.drop_specks(0.1), 0);
        assert_eq!(all.drop_specks(3.0), 2);
        assert_eq!(all, Mesh::default());
    }
}
