use super::*;
use proptest::prelude::*;

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
}

/// Six units scored by four judges; Shrout and Fleiss (1979), table 2.
fn shrout_and_fleiss() -> Vec<Vec<f64>> {
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
        .map(|row| row.map(f64::from).to_vec())
        .to_vec()
}

#[test]
fn the_published_six_by_four_table_gives_the_published_correlations() {
    let found = correlation(&shrout_and_fleiss()).expect("a complete block");
    // Shrout and Fleiss (1979), table 4.
    close(found.single, 0.29, 0.005);
    close(found.mean, 0.62, 0.005);
    // pingouin 0.7.0, intraclass_corr, ICC(A,1) and ICC(A,k).
    close(found.single, 0.289_763_779_528, 1e-12);
    close(found.mean, 0.620_050_547_599, 1e-12);
}

#[test]
fn rankings_of_the_same_table_agree_as_scipy_says() {
    let found = concordance(&shrout_and_fleiss()).expect("a complete block");
    // scipy 1.17.1, friedmanchisquare: χ² = 17.7407, p = 0.0032895; W = χ² / (m (n − 1)).
    close(found.w, 0.887_037_037_037_037, 1e-12);
    close(found.chi_square, 17.740_740_740_740_74, 1e-9);
    close(found.p, 0.003_289_509_243_680_3, 1e-12);
    assert_eq!(found.freedom, 5);
}

#[test]
fn concordance_with_ties_is_that_of_the_published_example() {
    // Zar, Biostatistical Analysis (5th ed., 2010), example 20.5: wing, tail and bill length of 12 birds. The rank sums
    // of these data are the published ones (14.5, 21, 30.5, 6, 11, 3.5, 20, 11.5, 29, 28.5, 22.5, 36).
    let wing = [10.4, 10.8, 11.1, 10.2, 10.3, 10.2, 10.7, 10.5, 10.8, 11.2, 10.6, 11.4];
    let tail = [7.4, 7.6, 7.9, 7.2, 7.4, 7.1, 7.4, 7.2, 7.8, 7.7, 7.8, 8.3];
    let bill = [17.0, 17.0, 20.0, 14.5, 15.5, 13.0, 19.5, 16.0, 21.0, 20.0, 18.0, 22.0];
    let block: Vec<Vec<f64>> = (0..12).map(|bird| vec![wing[bird], tail[bird], bill[bird]]).collect();
    let found = concordance(&block).expect("a complete block");
    close(found.w, 0.924, 0.0005);
    // scipy 1.17.1, friedmanchisquare.
    close(found.w, 0.924_135_220_125_786_2, 1e-12);
    close(found.chi_square, 30.496_462_264_150_94, 1e-9);
    close(found.p, 0.001_323_545_917_380_988_2, 1e-12);
    assert_eq!(found.freedom, 11);
}

#[test]
fn the_tail_of_chi_square_is_scipys() {
    // scipy 1.17.1, chi2.sf.
    for (chi_square, freedom, tail) in [
        (1.0, 1, 0.317_310_507_862_911_15),
        (3.84, 1, 0.050_043_521_248_705_19),
        (10.0, 5, 0.075_235_246_146_512_17),
        (7.8, 4, 0.099_185_366_084_441_49),
        (0.3, 9, 0.999_996_685_890_200_2),
        (12.0, 12, 0.445_679_641_364_611),
        (50.0, 3, 7.989_179_244_951_495e-11),
    ] {
        close(chi_square_tail(chi_square, freedom), tail, 1e-12);
    }
    assert!((chi_square_tail(0.0, 3) - 1.0).abs() < f64::EPSILON);
}

#[test]
fn whole_scores_are_dropped_at_each_end_and_never_all_of_them() {
    let of = |scores: &[f64], share: f64| {
        let mean = trimmed_mean(scores, share).expect("a score");
        (mean.mean, mean.kept_count, mean.trimmed_count)
    };
    let nine: Vec<f64> = (1..=9).map(f64::from).collect();
    let ten: Vec<f64> = (1..=10).map(|score| if score == 10 { 100.0 } else { f64::from(score) }).collect();
    assert_eq!(of(&nine, 0.1), (5.0, 9, 0));
    // 2 + … + 9 = 44.
    assert_eq!(of(&ten, 0.1), (5.5, 8, 1));
    assert_eq!(of(&[80.0, 70.0, 84.0, 85.0, 81.0], 0.2), (245.0 / 3.0, 3, 1));
    assert_eq!(of(&[3.0, 5.0], 0.49), (4.0, 2, 0));
    assert_eq!(of(&[7.0], 0.49), (7.0, 1, 0));
    assert_eq!(trimmed_mean(&vec![1.0; 100], 0.29).map(|mean| mean.trimmed_count), Some(29));
    assert_eq!(trimmed_mean(&[], 0.1), None);
}

#[test]
fn a_lenient_assessor_is_above_the_others_in_the_cells_they_share() {
    // Cells: 80 70 75 | 90 – 85 | 60 66 –; the last cell only the first scored.
    let scores = vec![
        vec![Some(80.0), Some(90.0), Some(60.0), Some(10.0)],
        vec![Some(70.0), None, Some(66.0), None],
        vec![Some(75.0), Some(85.0), None, None],
    ];
    let found = severities(&scores);
    // (80 − 72.5 + 90 − 85 + 60 − 66) / 3 = 6.5 / 3.
    close(found[0].expect("shared cells").points, 6.5 / 3.0, 1e-12);
    // (70 − 77.5 + 66 − 60) / 2.
    close(found[1].expect("shared cells").points, -0.75, 1e-12);
    // (75 − 75 + 85 − 90) / 2.
    close(found[2].expect("shared cells").points, -2.5, 1e-12);
    let counts: Vec<usize> = found.iter().flatten().map(|severity| severity.cell_count).collect();
    assert_eq!(counts, [3, 2, 2]);
    assert_eq!(severities(&[vec![Some(1.0)], vec![None]]), [None, None]);
}

#[test]
fn where_nothing_can_be_said_the_reason_is_said() {
    let one_unit = vec![vec![1.0, 2.0]];
    let one_assessor = vec![vec![1.0], vec![2.0]];
    let flat = vec![vec![85.1, 85.1], vec![85.1, 85.1]];
    // Mean squares of units and assessors are zero, so both divisors are.
    let crossed = vec![vec![1.0, 2.0], vec![2.0, 1.0]];
    assert_eq!(concordance(&[]), Err(NoAgreement::NoBlock));
    for block in [one_unit, one_assessor] {
        assert_eq!(concordance(&block), Err(NoAgreement::NoBlock));
        assert_eq!(correlation(&block), Err(NoAgreement::NoBlock));
    }
    assert_eq!(concordance(&flat), Err(NoAgreement::NoSpread));
    assert_eq!(correlation(&flat), Err(NoAgreement::NoSpread));
    assert_eq!(correlation(&crossed), Err(NoAgreement::NoSpread));
    close(concordance(&crossed).expect("rankings").w, 0.0, 0.0);
}

fn any_block() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (2_usize..7, 2_usize..6).prop_flat_map(|(n, k)| {
        let score = prop_oneof![4 => (0_u32..=100).prop_map(f64::from), 1 => 0.0..100.0];
        prop::collection::vec(prop::collection::vec(score, k), n)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agreement_is_finite_and_in_its_range_or_absent(block in any_block()) {
        if let Ok(found) = concordance(&block) {
            prop_assert!((0.0..=1.0).contains(&found.w) && (0.0..=1.0).contains(&found.p) && found.chi_square >= 0.0);
        }
        if let Ok(found) = correlation(&block) {
            prop_assert!(found.single.is_finite() && found.mean.is_finite());
            prop_assert!(found.single <= 1.0 + 1e-9 && found.mean <= 1.0 + 1e-9);
        }
    }

    #[test]
    fn assessors_who_differ_in_severity_alone_rank_alike_and_adding_to_all_changes_no_correlation(
        units in prop::collection::vec(0_u32..90, 2..7),
        shifts in prop::collection::vec(0_u32..10, 2..5),
    ) {
        let block: Vec<Vec<f64>> =
            units.iter().map(|unit| shifts.iter().map(|shift| f64::from(unit + shift)).collect()).collect();
        if let Ok(found) = concordance(&block) {
            prop_assert!((found.w - 1.0).abs() < 1e-9);
        }
        let shifted: Vec<Vec<f64>> = block.iter().map(|row| row.iter().map(|score| score + 7.0).collect()).collect();
        if let (Ok(one), Ok(other)) = (correlation(&block), correlation(&shifted)) {
            prop_assert!((one.single - other.single).abs() < 1e-6 && (one.mean - other.mean).abs() < 1e-6);
        }
    }

    #[test]
    fn a_trimmed_mean_lies_within_the_scores_whatever_their_order(
        scores in prop::collection::vec(0.0..100.0, 1..12),
        share in 0.0..0.49,
    ) {
        let found = trimmed_mean(&scores, share).expect("a score");
        let mut reversed = scores.clone();
        reversed.reverse();
        prop_assert_eq!(trimmed_mean(&reversed, share), Some(found));
        let (low, high) = scores.iter().fold((f64::MAX, f64::MIN), |(low, high), &score| (low.min(score), high.max(score)));
        prop_assert!((low - 1e-9..=high + 1e-9).contains(&found.mean));
        prop_assert_eq!(found.kept_count + 2 * found.trimmed_count, scores.len());
    }
}
