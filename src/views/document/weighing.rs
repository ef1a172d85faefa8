use serde::Serialize;

/// What a screen needs to weigh the elements anew: it changes nothing that is published.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Weighing {
    /// Id of the section behind which it stands.
    pub after: String,
    /// What the elements are called.
    pub element_word: String,
    /// What a unit is called.
    pub unit_word: String,
    /// Decimals of published scores.
    pub decimals: u8,
    /// Whether halves go to the even neighbour; otherwise up.
    pub half_even: bool,
    /// Whether the elements are combined by a geometric mean.
    pub geometric: bool,
    /// Lowest score.
    pub bottom: f64,
    /// Ends of the final score, where it has any.
    pub range: Option<(f64, f64)>,
    /// Elements: name and weight.
    pub elements: Vec<(String, f64)>,
    /// Units in ranking order.
    pub units: Vec<Weighed>,
}

/// One unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weighed {
    /// Name.
    pub name: String,
    /// Anchor of its section; empty for none.
    pub anchor: String,
    /// Score of each element in full precision; `None` where it has none.
    pub scores: Vec<Option<f64>>,
    /// Bonus minus deduction, in steps of the last decimal.
    pub adjustment: i64,
    /// Published final score in such steps.
    pub published: Option<i64>,
    /// Published place; `None` for a unit that is not ranked.
    pub place: Option<u32>,
}
