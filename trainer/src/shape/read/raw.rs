//! Which triangles are the faces of a file?

use super::polygon;
use crate::shape::{Mesh, ShapeError, Vec3};
use std::path::Path;

/// Vertices and faces as they stand in a file, not yet checked.
pub struct Raw {
    pub vertices: Vec<Vec3>,
    /// Whether the vertices are of single precision.
    pub single: bool,
    /// What the user should know of the reading.
    pub notes: Vec<String>,
    /// The faces' vertices, one face after the other.
    corners: Vec<u32>,
    /// Where each face ends in them.
    ends: Vec<usize>,
    /// The vertex of the highest number, and where it is named.
    highest: Option<(u32, usize)>,
    /// What a place in the file is called, and the first vertex's number.
    place: &'static str,
    first: i64,
}

impl Raw {
    /// Of a format whose places are lines, say, and whose vertices count from
    /// `first`.
    pub fn new(place: &'static str, first: i64) -> Self {
        let (vertices, corners, ends) = Default::default();
        Self { vertices, single: false, notes: vec![], corners, ends, highest: None, place, first }
    }

    /// Adds a face of vertices, counted from 0, that may come later in the
    /// file; one of fewer than three has no area.
    ///
    /// # Errors
    /// If there can be no such vertex.
    pub fn face(&mut self, corners: &[i64], place: usize) -> Result<(), String> {
        for &corner in corners {
            let number = u32::try_from(corner).map_err(|_| {
                format!("a face names vertex {}", corner.saturating_add(self.first))
            })?;
            if self.highest.is_none_or(|(highest, _)| number > highest) {
                self.highest = Some((number, place));
            }
            self.corners.push(number);
        }
        self.ends.push(self.corners.len());
        Ok(())
    }

    /// Adds a face with vertices of its own.
    ///
    /// # Errors
    /// If there are too many.
    pub fn polygon(&mut self, corners: &[Vec3], place: usize) -> Result<(), String> {
        let first = self.vertices.len() as i64;
        self.vertices.extend(corners);
        let corners: Vec<i64> = (first..self.vertices.len() as i64).collect();
        self.face(&corners, place)
    }

    /// The faces as triangles.
    ///
    /// # Errors
    /// If a face names a vertex that is not there, or one at no place.
    pub fn mesh(self, path: &Path) -> Result<Mesh, ShapeError> {
        let Self { vertices, corners, ends, highest, place, first, .. } = self;
        if let Some((number, at)) = highest.filter(|(n, _)| *n as usize >= vertices.len()) {
            return Err(ShapeError::NoVertex {
                path: path.into(),
                place: format!("{place} {at}"),
                number: i64::from(number) + first,
                vertices: vertices.len(),
                first,
            });
        }
        let nowhere = |i: &&u32| vertices[**i as usize].iter().any(|x| !x.is_finite());
        if let Some(&i) = corners.iter().find(nowhere) {
            let (vertex, at) = (i as usize + 1, vertices[i as usize]);
            return Err(ShapeError::NotFinite { path: path.into(), vertex, at });
        }
        let mut triangles = Vec::with_capacity(ends.len());
        let mut start = 0;
        for end in ends {
            polygon::cut(&vertices, &corners[start..end], &mut triangles);
            start = end;
        }
        Ok(Mesh { vertices, triangles })
    }
}
