//! What follows from an assessment: the loop that turns results into support, and promises into deeds.

pub mod commitments;
