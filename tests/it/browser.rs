//! The page in a real browser: headless Chromium opens a copy of it with a script at the end that does what a reader would
//! and writes down what happened.

use crate::paper::{demonstration_of, text};
use crate::tools::tool;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const EARS: &str = "<script>window.heard=[];window.onerror=function(message){window.heard.push(String(message))};\
    var loud=console.error;console.error=function(){window.heard.push([].join.call(arguments,' '));loud.apply(console,arguments)};</script>";

const READER: &str = r#"<script>(function () {
  var told = {};
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function column(number) { return all('#ranking tbody tr').map(function (row) { return row.cells[number].textContent.trim(); }); }
  var heads = all('#ranking th[data-sort] button');
  told.sortable = heads.length;
  var final = all('#ranking thead th').filter(function (head) { return head.textContent.indexOf('综合得分') >= 0; })[0];
  var at = Number(final.getAttribute('data-sort'));
  told.before = column(at);
  final.querySelector('button').click();
  final.querySelector('button').click();
  told.ascending = column(at);
  final.querySelector('button').click();
  told.restored = column(at);
  var select = document.querySelector('#results select');
  select.value = select.options[1].value;
  select.dispatchEvent(new Event('change'));
  told.filtered = all('#ranking tbody tr').filter(function (row) { return getComputedStyle(row).display !== 'none'; }).length;
  select.value = '';
  select.dispatchEvent(new Event('change'));
  function weighed() {
    return all('#page-weigh-table tbody tr').map(function (row) {
      return Array.prototype.map.call(row.cells, function (cell) { return cell.textContent; });
    });
  }
  told.untouched = weighed();
  var sliders = all('#page-weigh input[type=range]');
  told.sliders = sliders.length;
  told.named = all('input, select, button').every(function (control) {
    return control.getAttribute('aria-label') || control.textContent.trim() || (control.labels && control.labels.length > 0);
  });
  sliders.forEach(function (slider, number) {
    slider.value = number === 2 ? slider.max : '0';
    slider.dispatchEvent(new Event('input'));
  });
  told.tried = weighed();
  told.said = document.querySelector('.weigh-told').textContent;
  all('#page-weigh button')[0].click();
  told.reset = weighed();
  var search = document.getElementById('page-search-input');
  document.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
  told.focused = document.activeElement === search;
  search.value = 'a06';
  search.dispatchEvent(new Event('input'));
  told.hits = all('#page-search-list li').length;
  search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  told.jumped = location.hash;
  location.hash = '#indicator-A06-units';
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  told.unfolded = document.getElementById('indicator-A06-units').closest('details').open;
  told.pictures = all('svg').every(function (svg) {
    return svg.getAttribute('aria-hidden') === 'true' || svg.getAttribute('aria-label') || svg.closest('[role=img]');
  });
  var levels = all('h1, h2, h3, h4, h5, h6').map(function (head) { return Number(head.tagName[1]); });
  told.headings = levels.every(function (level, number) { return number === 0 || level <= levels[number - 1] + 1; });
  told.requests = performance.getEntriesByType('resource').length;
  told.sideways = document.documentElement.scrollWidth - innerWidth;
  told.heard = window.heard;
  var place = document.createElement('pre');
  place.id = 'told';
  place.textContent = 'TOLD' + JSON.stringify(told) + 'DLOT';
  document.body.appendChild(place);
})();</script></body>"#;

fn chromium(arguments: &[&str], page: &Path) -> Option<String> {
    if !tool("chromium", &["--version"]) {
        return None;
    }
    let profile = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(arguments)
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a reader sees and does on the page of the demonstration, in a window of a width.
fn told(width: u32) -> Option<Value> {
    let page = String::from_utf8(demonstration_of("index.html")).expect("UTF-8");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("page.html");
    let page = page.replacen("<meta charset=\"utf-8\">", &format!("<meta charset=\"utf-8\">{EARS}"), 1);
    let (rest, end) = page.rsplit_once("</body>").expect("a body");
    fs::write(&path, format!("{rest}{READER}{end}")).expect("a file");
    let size = format!("--window-size={width},900");
    let dump = chromium(&[&size, "--virtual-time-budget=3000", "--dump-dom"], &path)?;
    // The script itself holds both words too, so the last pair counts.
    let (_, rest) = dump.rsplit_once("TOLD").expect("the script came to its end");
    let (json, _) = rest.split_once("DLOT").expect("all of it");
    let json = json.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    Some(serde_json::from_str(&json).expect("JSON"))
}

fn numbers(value: &Value) -> Vec<f64> {
    let texts = value.as_array().expect("a list").iter().filter_map(Value::as_str);
    texts.filter_map(|text| text.parse().ok()).collect()
}

#[test]
fn a_reader_sorts_filters_searches_weighs_and_drills_down_and_nothing_leaves_the_file() {
    let Some(told) = told(1280) else { return };
    assert_eq!(told["heard"], serde_json::json!([]), "no error in the console");
    assert_eq!(told["requests"], 0);
    assert!(told["sortable"].as_u64() > Some(3));
    let (before, ascending) = (numbers(&told["before"]), numbers(&told["ascending"]));
    assert!(before.len() > 10 && ascending.is_sorted() && before != ascending);
    assert_eq!(told["restored"], told["before"]);
    let shown = told["filtered"].as_u64().expect("a count");
    assert!(shown > 0 && shown < before.len() as u64, "{shown}");
    assert!(told["hits"].as_u64() > Some(0) && told["focused"] == true);
    assert_eq!(told["jumped"], "#indicator-A06");
    assert_eq!(told["unfolded"], true);
    assert!(told["named"] == true && told["pictures"] == true && told["headings"] == true, "{told}");
}

#[test]
fn untouched_weights_give_the_published_scores_and_places_and_reset_brings_them_back() {
    let Some(told) = told(1920) else { return };
    let rows = told["untouched"].as_array().expect("rows");
    assert!(rows.len() > 10 && told["sliders"] == 5);
    for row in rows {
        assert_eq!((&row[0], &row[4]), (&row[2], &row[5]), "place and score as published: {row}");
    }
    assert_ne!(told["tried"], told["untouched"]);
    assert!(told["said"].as_str().is_some_and(|said| said.contains("与公布的不同")), "{}", told["said"]);
    assert_eq!(told["reset"], told["untouched"]);
}

#[test]
fn a_narrow_window_does_not_scroll_sideways() {
    let Some(told) = told(400) else { return };
    assert!(told["sideways"].as_i64().expect("a width") <= 0, "{}", told["sideways"]);
}

#[test]
fn the_page_prints_with_what_is_folded_and_without_what_needs_a_screen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = folder.path().join("page.html");
    fs::write(&page, demonstration_of("index.html")).expect("a file");
    let paper = folder.path().join("page.pdf");
    let target = format!("--print-to-pdf={}", paper.display());
    if chromium(&["--no-pdf-header-footer", &target], &page).is_none() {
        return;
    }
    let Some(words) = text(&fs::read(&paper).expect("a printed page")) else { return };
    let words: String = words.chars().filter(|letter| !letter.is_whitespace()).collect();
    assert!(words.contains("基础分由哪些指标构成") && words.contains("得分贡献"), "folded parts are printed");
    assert!(!words.contains("恢复公布的权重"));
}
