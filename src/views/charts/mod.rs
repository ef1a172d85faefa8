//! Plain figures in, pictures out: SVG text, and PNG bytes drawn from the same SVG.
//!
//! Every chart is a struct of data with a `draw`; shaping it is tested with numbers, drawing only has to look right.
//! Each also reads in black and white: shapes, hatching and words say again what the colours say.

mod axis;
mod change_waterfall;
mod dimension_trend;
mod head;
mod heat_map;
mod label_places;
mod lettering;
mod picture;
mod project_bullets;
mod quadrant_chart;
mod rank_slope;
mod ranking_bars;
mod ranking_row;
mod satisfaction_dots;
mod satisfaction_panel;
mod sheet;
mod support_matrix;
mod tile_grid;
mod unit_dots;
mod wall;

pub use change_waterfall::{ChangeWaterfall, Step, WaterfallPanel};
pub use dimension_trend::{DimensionTrend, TrendPanel};
pub use heat_map::{HeatCell, HeatMap, HeatRow};
pub use picture::{for_page, png};
pub use project_bullets::{BulletRow, Progress, ProjectBullets};
pub use quadrant_chart::{AspectPoint, QuadrantChart};
pub use rank_slope::{RankSlope, SlopeRow};
pub use ranking_bars::{GradeBorder, RankingBars, RankingRow};
pub use satisfaction_dots::{Estimate, Opinion, SatisfactionDots, SatisfactionPanel, SatisfactionRow};
pub use support_matrix::{MatrixCell, MatrixColumn, MatrixRow, MatrixSum, SupportMatrix};
pub use tile_grid::{Change, Tile, TileGrid};
pub use unit_dots::{DotRow, UnitDots};
pub use wall::{
    StepTime, WALL_SIZE_MM, WallChart, WallFigure, WallProblem, WallProblems, WallStanding, WallStep, WallUnit,
};
