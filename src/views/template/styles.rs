//! How the cells of a form look: yellow to fill in, grey to leave alone.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

const FONT: &str = "宋体";
const INPUT_FILL: Color = Color::RGB(0xFF_F8_D6);
const LOCKED_FILL: Color = Color::RGB(0xF0_F0_F0);
const HEADER_FILL: Color = Color::RGB(0xDC_E6_F1);
const LOCKED_INK: Color = Color::RGB(0x5A_5A_5A);
const LINE: Color = Color::RGB(0x9A_9A_9A);

/// Plain text outside of the table.
pub(super) fn plain() -> Format {
    Format::new().set_font_name(FONT).set_font_size(10.5).set_align(FormatAlign::VerticalCenter)
}

/// Text that breaks into lines.
pub(super) fn wrapped() -> Format {
    plain().set_text_wrap()
}

/// The title.
pub(super) fn title() -> Format {
    plain().set_font_size(15.0).set_bold().set_align(FormatAlign::Center).set_text_wrap()
}

/// A label in front of something to be filled in.
pub(super) fn label() -> Format {
    plain().set_align(FormatAlign::Right)
}

/// Something said about the form that nobody changes.
pub(super) fn said() -> Format {
    plain().set_align(FormatAlign::Left)
}

/// A place for a word about who fills in the form and when.
pub(super) fn blank() -> Format {
    said().set_background_color(INPUT_FILL).set_border_bottom(FormatBorder::Thin).set_border_color(LINE).set_unlocked()
}

fn framed() -> Format {
    plain().set_border(FormatBorder::Thin).set_border_color(LINE)
}

/// The header of a column to fill in.
pub(super) fn header() -> Format {
    framed().set_bold().set_text_wrap().set_align(FormatAlign::Center).set_background_color(HEADER_FILL)
}

/// The header of a column that is given.
pub(super) fn given_header() -> Format {
    let header = framed().set_text_wrap().set_align(FormatAlign::Center);
    header.set_background_color(LOCKED_FILL).set_font_color(LOCKED_INK)
}

/// A cell to fill in. `number` is how its figures are shown.
pub(super) fn input(number: &str) -> Format {
    framed().set_background_color(INPUT_FILL).set_align(FormatAlign::Right).set_num_format(number).set_unlocked()
}

/// A figure that is given.
pub(super) fn given(number: &str) -> Format {
    let given = framed().set_background_color(LOCKED_FILL).set_font_color(LOCKED_INK);
    given.set_align(FormatAlign::Right).set_num_format(number)
}

/// The code or name of a unit.
pub(super) fn named() -> Format {
    framed().set_background_color(LOCKED_FILL)
}

/// A figure in the row of sums.
pub(super) fn sum(number: &str) -> Format {
    given(number).set_bold()
}

/// A cell of the table of explanations.
pub(super) fn explained() -> Format {
    framed().set_text_wrap()
}

/// How figures of a measure are shown.
pub(super) fn number(is_count: bool) -> &'static str {
    if is_count { "#,##0" } else { "General" }
}
