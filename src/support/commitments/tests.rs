use super::score::score;
use super::{PartKind, rank_credit, share_of_target};
use crate::definitions::{CommitmentRules, Direction};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

fn mean(numbers: &[f64], trim: f64) -> Option<f64> {
    crate::facts::panel::agreement::trimmed_mean(numbers, trim).map(|trimmed| trimmed.mean)
}

#[test]
fn a_share_says_how_much_of_the_target_is_reached_either_way() {
    close(share_of_target(27.0, 30.0, Direction::Higher), 0.9);
    close(share_of_target(33.0, 30.0, Direction::Higher), 1.1);
    close(share_of_target(10.0, 8.0, Direction::Lower), 0.8);
    for value in [0.0, 4.0, 8.0] {
        close(share_of_target(value, 8.0, Direction::Lower), 1.0);
    }
    // A mistyped target gives no astronomical share.
    close(share_of_target(1e9, 1e-9, Direction::Higher), 10.0);
}

#[test]
fn a_rank_counts_linearly_from_the_baseline_to_the_goal() {
    let credits: Vec<f64> = [3, 10, 12, 14, 18, 30].into_iter().map(|rank| rank_credit(rank, 10, Some(18))).collect();
    for (credit, expected) in credits.into_iter().zip([1.0, 1.0, 0.75, 0.5, 0.0, 0.0]) {
        close(credit, expected);
    }
}

#[test]
fn without_a_better_place_to_come_from_a_rank_is_kept_or_not() {
    for baseline in [None, Some(10)] {
        close(rank_credit(10, 10, baseline), 1.0);
        close(rank_credit(11, 10, baseline), 0.0);
    }
}

#[test]
fn as_many_scores_are_dropped_at_either_end_as_the_whole_part_of_the_share_says() {
    let ten: Vec<f64> = (1..=10).map(f64::from).collect();
    let with = |trim: f64, numbers: &[f64]| mean(numbers, trim).expect("a mean");
    close(with(0.1, &[60.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0, 100.0]), 90.0);
    // Nine scores: ⌊0.9⌋ = 0, nothing is dropped.
    close(with(0.1, &ten[..9]), 5.0);
    close(with(0.1, &ten), 5.5);
    // 0.29 · 100 is 28.999… in binary; 29 are dropped at either end, 42 are left.
    let hundred: Vec<f64> = (0..100).map(|number| if number < 29 { 0.0 } else { 1.0 }).collect();
    close(with(0.29, &hundred), 1.0);
    close(with(0.49, &[1.0]), 1.0);
    assert_eq!(mean(&[], 0.1), None);
}

#[test]
fn the_order_of_the_scores_changes_nothing() {
    let scores = [91.3, 60.1, 88.7, 99.9, 85.2, 90.4];
    let mut reversed = scores;
    reversed.reverse();
    assert_eq!(mean(&scores, 0.2).map(f64::to_bits), mean(&reversed, 0.2).map(f64::to_bits));
}

#[test]
fn weights_of_parts_that_do_not_exist_are_spread_over_the_others() {
    let rules =
        CommitmentRules { weight_value: 50.0, weight_rank: 20.0, weight_peer: 30.0, ..CommitmentRules::default() };
    let total = |share, rank, peers| score(&rules, share, rank, peers).1;
    // 50 + 15 + 27; a share above 1 counts as 1.
    close(total(Some(1.2), Some(0.75), Some(90.0)).expect("a score"), 92.0);
    // (50·80 + 30·90) / 80
    close(total(Some(0.8), None, Some(90.0)).expect("a score"), 83.75);
    close(total(None, None, Some(88.0)).expect("a score"), 88.0);
    assert_eq!(total(None, None, None), None);
    let (parts, _) = score(&rules, Some(0.8), None, Some(90.0));
    assert_eq!(parts.iter().map(|part| part.kind).collect::<Vec<_>>(), [PartKind::Value, PartKind::Peers]);
    close(parts.iter().map(|part| part.weight).sum(), 100.0);
    close(parts[0].weight, 62.5);
}

#[test]
fn a_part_without_weight_is_no_part() {
    let rules = CommitmentRules { weight_value: 1.0, ..CommitmentRules::default() };
    let (parts, total) = score(&rules, None, Some(1.0), Some(90.0));
    assert!(parts.is_empty() && total.is_none());
}
