//! Names and numbers the way people write them into forms.

/// A name for a narrow heading: without what stands in brackets, and no more than its first letters.
pub(super) fn shortened(name: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::new();
    for letter in name.chars() {
        match letter {
            '(' | '\u{ff08}' => depth += 1,
            ')' | '\u{ff09}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    let name = if outside.is_empty() { name } else { &outside };
    name.chars().take(14).collect()
}

/// ASCII digits and points as full-width ones.
pub(super) fn full_width(number: &str) -> String {
    let wide = |letter: char| match letter {
        '0'..='9' | '.' | '-' => char::from_u32(u32::from(letter) + 0xfee0).expect("full-width forms follow ASCII"),
        other => other,
    };
    number.chars().map(wide).collect()
}

/// A comma before every three digits of the whole part.
pub(super) fn with_commas(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (position, letter) in whole.chars().enumerate() {
        let left = whole.len() - position;
        if position > 0 && left % 3 == 0 && letter.is_ascii_digit() && !text.ends_with('-') {
            text.push(',');
        }
        text.push(letter);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_spellings_of_a_number_are_the_ones_people_use() {
        assert_eq!(full_width("1208.5"), "１２０８．５");
        assert_eq!(with_commas("1234567.5"), "1,234,567.5");
        assert_eq!(with_commas("-123"), "-123");
        assert_eq!(with_commas("950"), "950");
    }

    #[test]
    fn headings_lose_their_brackets_and_their_length() {
        assert_eq!(shortened("村(社区)居家养老\u{ff08}助餐\u{ff09}服务覆盖率"), "村居家养老服务覆盖率");
        assert_eq!(shortened("(暂缺)"), "(暂缺)");
        assert_eq!(shortened("六十五岁及以上老年人家庭医生签约服务"), "六十五岁及以上老年人家庭医生");
    }
}
