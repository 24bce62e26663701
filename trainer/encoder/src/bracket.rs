//! Which step meets a goal?

/// A step, and the file that it makes.
pub(crate) type Side<T> = Option<(i32, T)>;

/// Which side of a goal is wanted?
#[derive(Clone, Copy)]
pub(crate) enum End {
    Fine,
    Coarse,
}

/// How near to a goal is near enough, in 1/32 octaves of the step: 1 % of bytes.
const NEAR: f64 = 0.75;

/// The files of the steps on both sides of a goal, of which the wanted one is as near to it
/// as it has to be. Steps lie between the first and the last of `steps`, and begin with the
/// middle one. The `value` of a file falls with the step, by about `slope` for each; what is
/// above the goal is finer.
///
/// # Errors
/// Those of `run`, which makes the file of a step.
pub(crate) fn bracket<T, E>(
    (first, middle, last): (u16, u16, u16),
    (goal, slope, wanted): (f64, f64, End),
    value: impl Fn(&T) -> f64,
    run: impl Fn(u16) -> Result<T, E>,
) -> Result<(Side<T>, Side<T>), E> {
    let (first, last) = (i32::from(first), i32::from(last));
    let (mut fine, mut coarse): (Side<T>, Side<T>) = (None, None);
    let mut next = i32::from(middle).clamp(first, last);
    loop {
        let made = run(next as u16)?;
        if value(&made) > goal {
            fine = Some((next, made));
        } else {
            coarse = Some((next, made));
        }
        let of = |(step, made): &(i32, T)| (f64::from(*step), value(made));
        // Where the goal should be.
        let place = match (fine.as_ref().map(of), coarse.as_ref().map(of)) {
            (Some(a), Some(b)) => a.0 + (a.1 - goal) / (a.1 - b.1) * (b.0 - a.0),
            (Some(a), None) => a.0 + (a.1 - goal) / slope,
            (None, Some(b)) => b.0 + (b.1 - goal) / slope,
            (None, None) => break,
        };
        let low = fine.as_ref().map_or(first, |(step, _)| step + 1);
        let high = coarse.as_ref().map_or(last, |(step, _)| step - 1);
        let near = match wanted {
            End::Fine => fine.as_ref().is_some_and(|(step, _)| place - f64::from(*step) < NEAR),
            End::Coarse => coarse.as_ref().is_some_and(|(step, _)| f64::from(*step) - place < NEAR),
        };
        if near || low > high {
            break;
        }
        let towards = match wanted {
            End::Fine => place.floor(),
            End::Coarse => place.ceil(),
        };
        next = (towards as i32).clamp(low, high);
    }
    Ok((fine, coarse))
}
