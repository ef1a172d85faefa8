//! Labels next to their points: each where it covers no other label and no marker.

use super::sheet::{Area, Point};

/// How far around a marker a label must stay away.
const CLEAR: i32 = 9;
/// Distances that are tried, nearest first.
const DISTANCES: [i32; 4] = [0, 16, 32, 52];

/// Where labels go, in the order of the points. `sizes` are widths and heights in pixels; all stay inside `frame`, which
/// must be larger than any of them. A label that fits nowhere lies on others at its first place.
pub(super) fn place(points: &[Point], sizes: &[(i32, i32)], frame: Area, taken: &[Area]) -> Vec<Area> {
    let markers = points.iter().map(|&(x, y)| Area::new(x - CLEAR, y - CLEAR, x + CLEAR, y + CLEAR));
    let mut taken: Vec<Area> = taken.iter().copied().chain(markers).collect();
    let mut places = Vec::with_capacity(points.len());
    for (&point, &size) in points.iter().zip(sizes) {
        let candidates = DISTANCES.iter().flat_map(|&distance| around(point, size, distance));
        let inside: Vec<Area> = candidates.filter(|area| lies_in(*area, frame)).collect();
        let is_free = |area: &Area| taken.iter().all(|other| !overlap(*area, *other));
        let free = inside.iter().copied().find(is_free).or_else(|| anywhere(point, size, frame, is_free));
        let place = free.or(inside.first().copied()).unwrap_or_else(|| around(point, size, 0)[0]);
        taken.push(place);
        places.push(place);
    }
    places
}

/// Right, left, above, below and the corners between, at a distance.
fn around((x, y): Point, (width, height): (i32, i32), distance: i32) -> [Area; 8] {
    let gap = CLEAR + 1 + distance;
    let slant = CLEAR + 1 + distance * 3 / 4;
    let at = |left: i32, top: i32| Area::new(left, top, left + width, top + height);
    let (middle, half) = (y - height / 2, x - width / 2);
    [
        at(x + gap, middle),
        at(x - gap - width, middle),
        at(half, y - gap - height),
        at(half, y + gap),
        at(x + slant, y - slant - height),
        at(x + slant, y + slant),
        at(x - slant - width, y - slant - height),
        at(x - slant - width, y + slant),
    ]
}

/// The nearest free place of the whole frame.
fn anywhere((x, y): Point, (width, height): (i32, i32), frame: Area, is_free: impl Fn(&Area) -> bool) -> Option<Area> {
    let step = |height: i32| usize::try_from(height.max(1)).unwrap_or(1);
    let tops = (frame.top..=frame.bottom - height).step_by(step(height));
    let all = tops.flat_map(|top| {
        (frame.left..=frame.right - width).step_by(12).map(move |left| Area::new(left, top, left + width, top + height))
    });
    let distance = |area: &Area| {
        let (middle_x, middle_y) = area.centre();
        (middle_x - x).pow(2) + (middle_y - y).pow(2)
    };
    all.filter(is_free).min_by_key(distance)
}

fn lies_in(inner: Area, outer: Area) -> bool {
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
}

fn overlap(one: Area, other: Area) -> bool {
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: Area = Area { left: 0, top: 0, right: 500, bottom: 400 };

    #[test]
    fn a_lone_label_stands_to_the_right() {
        let places = place(&[(100, 100)], &[(60, 16)], FRAME, &[]);
        assert_eq!(places, [Area::new(110, 92, 170, 108)]);
    }

    #[test]
    fn at_the_right_edge_it_stands_to_the_left() {
        let places = place(&[(490, 100)], &[(60, 16)], FRAME, &[]);
        assert_eq!(places, [Area::new(420, 92, 480, 108)]);
    }

    proptest! {
        #[test]
        fn a_dozen_labels_overlap_nowhere_and_stay_inside(
            points in prop::collection::vec((10..490, 10..390), 1..12)
        ) {
            let sizes = vec![(60, 16); points.len()];
            let places = place(&points, &sizes, FRAME, &[]);
            for (number, one) in places.iter().enumerate() {
                prop_assert!(lies_in(*one, FRAME));
                prop_assert!(places[..number].iter().all(|other| !overlap(*one, *other)), "{places:?}");
            }
        }

        #[test]
        fn points_on_one_spot_keep_their_labels_apart(x in 0..500, y in 0..400) {
            let places = place(&[(x, y); 6], &[(60, 16); 6], FRAME, &[]);
            for (number, one) in places.iter().enumerate() {
                prop_assert!(places[..number].iter().all(|other| !overlap(*one, *other)), "{places:?}");
            }
        }
    }
}
